'use strict';
/* global module, require */
/* eslint-disable @typescript-eslint/no-require-imports -- chartjs-node-canvas requires it. */
// What chartjs-node-canvas takes from node-canvas, drawn by Skia: node-canvas itself downloads a binary or compiles Cairo.
const { createCanvas, GlobalFonts, Image, SvgExportFlag } = require('@napi-rs/canvas');

/** Text of an SVG stays text: searchable, a tenth of the size of its outlines. */
const svgFlags = SvgExportFlag.NoPrettyXML;

function raster(width, height) {
  const canvas = createCanvas(width, height);
  const encode = canvas.toBuffer.bind(canvas);
  canvas.toBuffer = (first, second) => {
    if (typeof first !== 'function') return encode(first ?? 'image/png');
    canvas.encode((second ?? 'image/png').replace('image/', '')).then(
      (data) => first(null, data),
      (error) => first(error),
    );
  };
  return canvas;
}

function vector(width, height) {
  const canvas = createCanvas(width, height, svgFlags);
  canvas.toBuffer = (first) => {
    const content = canvas.getContent();
    return typeof first === 'function' ? first(null, content) : content;
  };
  return canvas;
}

module.exports = {
  createCanvas: (width, height, type) => (type === 'svg' ? vector : raster)(width, height),
  registerFont: (path, { family }) => GlobalFonts.registerFromPath(path, family),
  Image,
};
