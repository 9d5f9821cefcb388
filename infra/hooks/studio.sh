#!/bin/sh
# Builds the studio into studio/dist, which the app serves.
set -eu

npm ci --ignore-scripts --no-audit --no-fund --prefix studio
npm run build --prefix studio
