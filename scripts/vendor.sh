#!/usr/bin/env bash
# Copies the front-end files that the server embeds from the npm packages of package.json into static/vendor,
# with a manifest of what they are. Run it after changing a version or the list of icons; commit the result.
set -euo pipefail
cd "$(dirname "$0")/.."

icons=(activity arrow-left arrow-right building-2 circle-check copy eye folder-sync history info key-round list
    log-out menu monitor moon plug plus rotate-cw search send settings sun trash-2 triangle-alert users webhook x)

npm ci --no-audit --no-fund --silent
packages=node_modules
out=static/vendor
rm -rf "$out"
mkdir -p "$out/licenses"

take() { # package file name-in-static/vendor
    cp "$packages/$1/$2" "$out/$3"
    cp "$packages/$1/LICENSE" "$out/licenses/$(basename "$1").txt"
}
take htmx.org dist/htmx.min.js htmx.js
take @fontsource-variable/inter files/inter-latin-wght-normal.woff2 inter-latin.woff2
take @fontsource-variable/inter files/inter-latin-ext-wght-normal.woff2 inter-latin-ext.woff2
take @fontsource-variable/jetbrains-mono files/jetbrains-mono-latin-wght-normal.woff2 jetbrains-mono-latin.woff2

{
    echo '<svg xmlns="http://www.w3.org/2000/svg">'
    for icon in "${icons[@]}"; do
        printf '<symbol id="%s" viewBox="0 0 24 24">' "$icon"
        # The drawing alone: what lies between the opening <svg …> and </svg>.
        tr '\n' ' ' <"$packages/lucide-static/icons/$icon.svg" | sed -E 's|^.*<svg[^>]*>||; s|</svg>.*$||; s|  +| |g; s|^ ||; s| $||'
        echo '</symbol>'
    done
    echo '</svg>'
} >"$out/icons.svg"
cp "$packages/lucide-static/LICENSE" "$out/licenses/lucide-static.txt"

node - "$out" >"$out/manifest.json" <<'JS'
const fs = require('node:fs');
const { createHash } = require('node:crypto');
const out = process.argv[2];
const sources = {
  'htmx.js': 'htmx.org',
  'icons.svg': 'lucide-static',
  'inter-latin.woff2': '@fontsource-variable/inter',
  'inter-latin-ext.woff2': '@fontsource-variable/inter',
  'jetbrains-mono-latin.woff2': '@fontsource-variable/jetbrains-mono',
};
const files = Object.entries(sources).map(([file, name]) => {
  const { version, license } = JSON.parse(fs.readFileSync(`node_modules/${name}/package.json`, 'utf8'));
  const sha256 = createHash('sha256').update(fs.readFileSync(`${out}/${file}`)).digest('hex');
  return { file, name, version, license, sha256 };
});
console.log(JSON.stringify(files, null, 2));
JS
