"""Copies the interpreter that runs this, with its library, into a folder: copy_python.py FOLDER"""
import glob, os, shutil, stat, sys, sysconfig

to = sys.argv[1]
name = "python%d.%d" % sys.version_info[:2]
os.makedirs(os.path.join(to, "bin"))
shutil.copytree(
    sysconfig.get_path("stdlib"), os.path.join(to, "lib", name), symlinks=False, ignore_dangling_symlinks=True,
    ignore=shutil.ignore_patterns("__pycache__", "site-packages", "dist-packages", "test", "tests", "idlelib", "turtledemo",
                                  "ensurepip", "EXTERNALLY-MANAGED", "config-*", "*.a"))
os.makedirs(os.path.join(to, "lib", name, "site-packages"))
binary = os.path.join(to, "bin", name)
shutil.copy2(os.path.realpath(sys.executable), binary)
if sysconfig.get_config_var("Py_ENABLE_SHARED"):
    for library in glob.glob(os.path.join(sysconfig.get_config_var("LIBDIR"), "libpython%d.%d*.so*" % sys.version_info[:2])):
        shutil.copy2(library, os.path.join(to, "lib"))
    os.rename(binary, binary + ".bin")
    with open(binary, "w") as out:
        out.write('#!/bin/sh\nhere=$(dirname "$(readlink -f "$0")")\n'
                  'LD_LIBRARY_PATH="$here/../lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" exec "$here/%s.bin" "$@"\n' % name)
    os.chmod(binary, os.stat(binary).st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
for link in ("python", "python3"):
    os.symlink(name, os.path.join(to, "bin", link))
