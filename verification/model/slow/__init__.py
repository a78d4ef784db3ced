"""The game of talks under threat solved anew, slowly and by its definition, to judge the kernel."""
