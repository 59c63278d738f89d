"""The app's pages, one module each; `app.py` only wires them."""
