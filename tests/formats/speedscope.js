/*
** What speedscope's own importer makes of a file: `node speedscope.js PACKAGE FILE ...`. The package is one program for
** browsers that exports nothing; the function that it hands files to is found where it offers it to the pages that it opens
** (loadFileFromBase64), and handed out just before the program would begin to draw.
*/
"use strict";
const fs = require("fs"), path = require("path"), vm = require("vm");

function importer(folder) {
  const release = path.join(folder, "dist", "release");
  const program = fs.readFileSync(path.join(release, fs.readdirSync(release).find(name => /^speedscope-.*\.js$/.test(name))), "utf8");
  const name = /loadFileFromBase64:\((\w+),(\w+)\)=>\{this\.loadProfile\(\(\)=>(\w+)\(\1,\2\)/.exec(program)[3];
  const begins = "console.log(`speedscope v";
  if (!program.includes(begins)) throw new Error("speedscope begins in another way now");
  const element = { style: {}, appendChild() {}, setAttribute() {}, addEventListener() {} };
  const document = { ...element, body: element, head: element, createElement: () => element, documentElement: element, querySelector: () => null };
  const world = { console: { ...console, log() {} }, document, TextDecoder, TextEncoder, atob, btoa, URL, performance, setTimeout, clearTimeout, localStorage: {},
    addEventListener() {}, matchMedia: () => ({ addEventListener() {}, addListener() {} }), location: { hash: "", protocol: "file:" }, navigator: {} };
  world.window = world.self = world;
  vm.runInNewContext(program.replace(begins, `window.importer=${name};return;` + begins), world);
  return world.importer;
}

(async () => {
  const read = importer(process.argv[2]);
  for (const file of process.argv.slice(3)) {
    const group = await read(path.basename(file), fs.readFileSync(file).toString("base64"));
    if (!group) throw new Error(`speedscope does not know what ${file} is`);
    for (const profile of group.profiles) {
      const frames = [];
      profile.forEachFrame(frame => frames.push([frame.name, frame.file ?? null, frame.line ?? null, Math.round(frame.getSelfWeight()), Math.round(frame.getTotalWeight())]));
      console.log(JSON.stringify({ total: profile.getTotalWeight(), unit: profile.getWeightUnit(), shown: profile.formatValue(profile.getTotalWeight()), frames }));
    }
  }
})();
