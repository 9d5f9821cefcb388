# Builds the studio into studio/dist, which the app serves.
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $true

npm ci --prefix studio
npm run build --prefix studio
