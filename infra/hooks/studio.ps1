# Builds the studio into studio/dist, which the app serves.
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true

npm ci --ignore-scripts --no-audit --no-fund --prefix studio
npm run build --prefix studio
