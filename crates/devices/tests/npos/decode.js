// decode.js JOB.bin OUT.pbm: the rasters of an ESC/POS job, stacked, by npos' own parser.
'use strict';
const fs = require('fs');
const parser = require('npos/lib/parser');

const [job, out] = process.argv.slice(2);
const make = typeof parser === 'function' ? parser : parser.default || parser.parser;
make().parse(fs.readFileSync(job)).then((ast) => {
    if (ast.error) throw ast.error;
    const bands = ast.tree.filter((node) => node.hex === '1D' && node.fn === 'v0');
    if (bands.length === 0) throw new Error('no raster in the job');
    const raw = fs.readFileSync(job);
    const height = bands.reduce((sum, band) => sum + band.height, 0);
    const head = Buffer.from(`P4\n${bands[0].width} ${height}\n`);
    fs.writeFileSync(out, Buffer.concat([head, ...bands.map((band) => raw.slice(band.offset, band.offset + band.size))]));
    console.log(JSON.stringify({ commands: ast.tree.length, bands: bands.length, height }));
}).catch((error) => { console.error(error.message || error); process.exit(1); });
