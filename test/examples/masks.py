"""DRQ masks of dumped activations, beside those of a trace: python3 masks.py LAYERS.json TRACE.npz IMAGE"""

import json, sys
import numpy

layers, trace, image = json.load(open(sys.argv[1])), numpy.load(sys.argv[2]), int(sys.argv[3])
meta = json.loads(trace['meta'].tobytes() if trace['meta'].dtype == numpy.uint8 else str(trace['meta']))
# A multiple of 2^-16: what follows is in whole numbers.
gate = round(meta['recorded']['thresholds']['4x8']['gate'] * 65536)
differing, regions, sensitive, low, macs = [], 0, 0, 0, 0
for layer in layers:
    x = numpy.load(layer['file'])[0].astype(numpy.float64)
    if layer['stride'] > 1:
        c, h, w = x.shape
        spread = numpy.zeros((c, *layer['size']))
        spread[:, :: layer['stride'], :: layer['stride']] = x
        x = spread
    top = numpy.abs(x).max()
    m = numpy.floor(numpy.abs(x) / top * (127 if (x < 0).any() else 255) + 0.5).astype(numpy.int64)
    c, h, w = m.shape
    grid = lambda a: numpy.pad(a, ((0, 0), (0, -h % 4), (0, -w % 8))).reshape(len(a), -(-h // 4), 4, -(-w // 8), 8)
    sums, pixels = grid(m).sum(axis=(2, 4)), grid(numpy.ones((1, h, w), numpy.int64)).sum(axis=(2, 4))
    most = (sums / pixels).argmax()
    top_sum, top_pixels = sums.flat[most], numpy.broadcast_to(pixels, sums.shape).flat[most]
    mask = (sums > 0) & (sums * top_pixels * 65536 >= gate * top_sum * pixels)
    name = layer['name']
    stored = next(key for key in trace if key.split('/', 3)[-1] == name and key.startswith('packed/4x8/'))
    bits = numpy.unpackbits(trace[stored][image], count=mask.size).reshape(mask.shape).astype(bool)
    if not numpy.array_equal(bits, mask) or not numpy.array_equal(trace[f'sums/4x8/{name}'][image], sums):
        differing.append(name)
    regions, sensitive = regions + mask.size, sensitive + int(mask.sum())
    share = layer['macs'] / x.size
    macs, low = macs + layer['macs'], low + share * float((pixels * ~mask).sum())
print(json.dumps(dict(layers=len(layers), differing=differing, regions=regions, sensitive=sensitive, low=low, macs=macs)))
