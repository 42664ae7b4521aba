"""Whether an environment works where it is: its files are its own, and its packages have all that they need."""
import importlib.metadata, os, sys

here = os.path.realpath(sys.prefix)
inside = os.path.realpath(os.path.join(sys.argv[1], "tried"))
if here != inside:
    sys.exit("its prefix is %s (expected: %s)" % (here, inside))
odd = [path for path in sys.path if path and not os.path.realpath(path).startswith(inside)]
if odd:
    sys.exit("it looks for modules in %s (expected: nowhere but in its own folder)" % ", ".join(odd))
import ctypes, hashlib, json, sqlite3, ssl, zlib  # the parts of a Python that are often left out

found = {d.metadata["Name"].lower().replace("_", "-").replace(".", "-"): d.version for d in importlib.metadata.distributions()}
print("Python %s with %d packages works" % (sys.version.split()[0], len(found)))
