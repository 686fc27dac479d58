import { mkdir, symlink } from 'node:fs/promises';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { chooseImages, listImages, stemOf } from '../../src/record/image-list.js';
import { decodePicture, modelValues, pictureSize } from '../../src/record/picture.js';
import { parsePreprocessing } from '../../src/record/preprocessing.js';
import { faultOf, temporaryFolder } from '../formats/npz-fixture.js';
import { noise, png, put } from './small-recording.js';

const folder = temporaryFolder();

describe('the images of a folder', () => {
  it('stand in the order of their bytes, folders below it among them; other files are named, hidden ones are not', async () => {
    for (const name of ['b.png', 'B.PNG', 'a/2.jpeg', 'a/10.JPG', 'ä.webp', 'notes.md', '.hidden.png', '.git/x.png'])
      await put(folder.path(`photos/${name}`), 'x');
    await symlink(folder.path('photos/b.png'), folder.path('photos/c.png'));
    await symlink(folder.path('photos/a'), folder.path('photos/loop'));
    const { images, skipped } = await listImages(folder.path('photos'));
    expect(images.map(({ name }) => name)).toEqual(['B.PNG', 'a/10.JPG', 'a/2.jpeg', 'b.png', 'c.png', 'ä.webp']);
    expect(images[1]!.path).toBe(folder.path('photos/a/10.JPG'));
    expect(skipped).toEqual(['loop', 'notes.md']);
  });

  it('can be one file, or those of a list in its own order', async () => {
    await put(folder.path('list.txt'), '# chosen\nphotos/b.png\r\n\nphotos/a/2.jpeg\n');
    expect((await listImages(folder.path('photos/b.png'))).images.map(({ name }) => name)).toEqual(['b.png']);
    const { images } = await listImages(folder.path('list.txt'));
    expect(images.map(({ name }) => name)).toEqual(['photos/b.png', 'photos/a/2.jpeg']);
    expect(images[0]!.path).toBe(folder.path('photos/b.png'));
  });

  it('must be there', async () => {
    await mkdir(folder.path('empty'));
    await put(folder.path('texts/a.txt'), '');
    expect(await faultOf(() => listImages(folder.path('empty')))).toBe(
      'empty: holds no image (expected files that end in .jpg, .jpeg, .png, .webp, got nothing)',
    );
    expect(await faultOf(() => listImages(folder.path('texts')))).toContain('got 1 other files, such as a.txt');
    expect(await faultOf(() => listImages(folder.path('texts/a.txt')))).toContain('lists no image');
    expect(await faultOf(() => listImages(folder.path('gone')))).toContain('there is no such file or folder');
    expect(await faultOf(() => listImages(folder.path('photos/notes.md')))).toContain(
      'is neither a folder nor an image',
    );
  });

  it('are the first ones, or drawn by a seed and kept in order', () => {
    const images = [...Array(50).keys()].map((i) => ({ name: String(i), path: '' }));
    expect(chooseImages(images, undefined, undefined)).toBe(images);
    expect(chooseImages(images, 2, undefined)).toEqual(images.slice(0, 2));
    const drawn = chooseImages(images, 10, 's').map(({ name }) => Number(name));
    expect(drawn).toEqual([...new Set(drawn)].sort((a, b) => a - b));
    expect(drawn).toHaveLength(10);
    expect(drawn).not.toEqual(chooseImages(images, 10, 't').map(({ name }) => Number(name)));
    expect(() => chooseImages(images, 51, undefined)).toThrow('there are not as many images (expected at most 50)');
  });

  it('have stems', () => {
    expect(['a.png', 'b/c.d.jpg', 'e'].map(stemOf)).toEqual(['a', 'b/c.d', 'e']);
  });
});

const framing = { resize: 'stretch', crop: 1, pad: [0] } as const;
const shape = (channels: number, height: number, width: number) => ({ channels, height, width });

describe('an image', () => {
  it('comes pixel by pixel where its size is the model’s', async () => {
    const values = [...Array(2 * 3 * 3).keys()].map((i) => 10 * i);
    const { values: found } = await decodePicture(sharp, png(2, 3, values), shape(3, 2, 3), framing, 'a');
    expect([...found]).toEqual(values);
    const grey = await decodePicture(sharp, noise(5, 4, 1), shape(1, 5, 4), framing, 'a');
    expect(grey.values).toHaveLength(20);
  });

  it('becomes grey or colour as the model wants it, without transparency, in 8 bits', async () => {
    const grey = await decodePicture(sharp, png(1, 2, [7, 200]), shape(3, 1, 2), framing, 'a');
    expect([...grey.values]).toEqual([7, 7, 7, 200, 200, 200]);
    const red = await decodePicture(sharp, png(1, 1, [255, 0, 0]), shape(1, 1, 1), framing, 'a');
    expect(red.values).toHaveLength(1);
    const clear = await sharp({
      create: { width: 1, height: 1, channels: 4, background: { r: 9, g: 8, b: 7, alpha: 0 } },
    })
      .png()
      .toBuffer();
    expect([...(await decodePicture(sharp, clear, shape(3, 1, 1), framing, 'a')).values]).toEqual([9, 8, 7]);
    const deep = await sharp(Uint16Array.of(65535, 0, 257), { raw: { width: 1, height: 1, channels: 3 } })
      .toColourspace('rgb16')
      .png()
      .toBuffer();
    expect([...(await decodePicture(sharp, deep, shape(3, 1, 1), framing, 'a')).values]).toEqual([255, 0, 1]);
  });

  it('stands upright, as a camera says', async () => {
    const lying = await sharp(Buffer.from(png(1, 2, [0, 0, 0, 255, 255, 255])))
      .jpeg({ quality: 100 })
      .withMetadata({ orientation: 6 })
      .toBuffer();
    const path = await put(folder.path('lying.jpg'), lying);
    expect(await pictureSize(sharp, path)).toEqual({ height: 2, width: 1 });
    const { values } = await decodePicture(sharp, lying, shape(1, 2, 1), framing, 'a');
    expect([values[0]! < 20, values[1]! > 235]).toEqual([true, true]);
  });

  it('is stretched, cut or padded', async () => {
    const halves = png(2, 4, [0, 0, 200, 200, 0, 0, 200, 200]);
    const framed = async (more: object) =>
      [...(await decodePicture(sharp, halves, shape(1, 2, 2), { ...framing, ...more }, 'a')).values].map(Math.round);
    expect(await framed({ resize: 'cover' })).toEqual([0, 200, 0, 200]);
    const contained = [
      ...(await decodePicture(sharp, halves, shape(3, 4, 4), { ...framing, resize: 'contain', pad: [1, 2, 3] }, 'a'))
        .values,
    ];
    expect(contained.slice(0, 3)).toEqual([1, 2, 3]);
    expect(contained.slice(12, 18)).toEqual([0, 0, 0, 0, 0, 0]);
    const [left, right] = await framed({});
    expect(left! < 60 && right! > 140).toBe(true);
    const middle = [
      ...(
        await decodePicture(
          sharp,
          png(
            4,
            4,
            [...Array(16).keys()].map((i) => 16 * i),
          ),
          shape(1, 2, 2),
          { ...framing, crop: 0.5 },
          'a',
        )
      ).values,
    ];
    expect(middle).toEqual([80, 96, 144, 160]);
  });

  it('is refused where it is none, is cut short, or is something else under its name', async () => {
    const text = await put(folder.path('text.png'), 'hello');
    expect(await faultOf(() => pictureSize(sharp, text))).toContain('text.png: is not an image, or is damaged');
    const drawing = await put(
      folder.path('drawing.png'),
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
    );
    expect(await faultOf(() => pictureSize(sharp, drawing))).toContain('a file of format svg');
    const jpeg = await sharp(Buffer.from(noise(64, 64, 1)))
      .jpeg()
      .toBuffer();
    expect(
      await faultOf(() => decodePicture(sharp, jpeg.subarray(0, jpeg.length / 2), shape(1, 8, 8), framing, 'cut.jpg')),
    ).toMatch(/^cut.jpg: is not an image, or is damaged/);
    const huge = await put(folder.path('huge.png'), hugeHead());
    expect(await faultOf(() => pictureSize(sharp, huge))).toContain(
      'huge.png: the image is too large (expected at most 268435456 pixels)',
    );
  });
});

/** A PNG that says it has 30,000 × 30,000 pixels. */
function hugeHead(): Uint8Array {
  const bytes = Buffer.from(png(1, 1, [0]));
  bytes.writeUInt32BE(30_000, 16);
  bytes.writeUInt32BE(30_000, 20);
  const crc = (data: Uint8Array): number => {
    let c = ~0;
    for (const byte of data) {
      c ^= byte;
      for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
    }
    return ~c >>> 0;
  };
  bytes.writeUInt32BE(crc(bytes.subarray(12, 29)), 29);
  return bytes;
}

describe('preprocessing', () => {
  const picture = { height: 1, width: 2, channels: 3, values: Uint8Array.of(255, 51, 0, 0, 102, 204) };
  const values = (text: string, last = false) =>
    [...modelValues(picture, parsePreprocessing(text), last)].map((x) => Number(x.toFixed(4)));

  it('scales, centres and turns channels round, channel by channel', () => {
    expect(values('unit')).toEqual([1, 0, 0.2, 0.4, 0, 0.8]);
    expect(values('tf')).toEqual([1, -1, -0.6, -0.2, -1, 0.6]);
    expect(values('raw,order=bgr')).toEqual([0, 204, 51, 102, 255, 0]);
    expect(values('raw', true)).toEqual([255, 51, 0, 0, 102, 204]);
    expect(values('imagenet')[0]).toBe(2.2489);
    expect(values('scale=1/51,mean=1:2:3,std=2')).toEqual([2, -0.5, -0.5, 0, -1.5, 0.5]);
    expect(values('caffe').map((x) => Number(x.toFixed(3)))).toEqual([
      -103.939, 100.061, -65.779, -14.779, 131.32, -123.68,
    ]);
  });

  it.each([
    ['imagnet', 'no such preset: imagnet. did you mean imagenet?'],
    ['unit,mode=x', 'no such setting: mode'],
    ['unit,mean=1:2', 'mean is not what it can be (expected one number, or three'],
    ['std=0', 'std is not what it can be'],
    ['scale=1/x', 'scale is not what it can be'],
    ['scale=', 'got nothing'],
    ['unit,crop=1.5', 'crop is not what it can be'],
    ['unit,pad=256', 'pad is not what it can be'],
    ['unit,order', 'a setting has no value'],
    ['unit,std=1,std=2', 'std is said twice'],
    ['unit,resize=fit,order=grb', 'resize is not what it can be (expected stretch, cover, contain, got fit)'],
  ])('refuses %s', (text, said) => {
    expect(() => parsePreprocessing(text)).toThrow(said);
  });
});
