"""Force against layered defence as text: one module for each part of what is printed."""
