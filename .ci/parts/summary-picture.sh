# The job summary in a real browser, light and dark. UPDATE_PICTURES=1 takes the pictures in docs/ anew.
source .ci/install.sh

debian_package chromium chromium fonts-liberation fonts-noto-color-emoji
npm_tool mermaid mermaid@11.6.0
chromium --version

vitest run --project end-to-end summary-picture
