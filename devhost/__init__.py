"""The local host: runs the function app on a laptop, where Azure Functions Core Tools are not."""
