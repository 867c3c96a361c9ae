"""What the page shows, as text: rendering, apart from app.py, which wires it to gradio."""
