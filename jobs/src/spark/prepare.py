"""Makes ready what a PySpark job needs, then becomes the job: prepare.py SPARK_HOME VERSION [ARCHIVE#FOLDER ...] -- COMMAND

PySpark's own files are installed once into a Spark without them; archives are unpacked here, where the driver runs.
"""

import fcntl
import glob
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile


def fail(why):
    print("mayfly: " + why, flush=True)
    sys.exit(1)


def install(spark, version):
    lib = os.path.join(spark, "python", "lib")
    if os.path.exists(os.path.join(lib, "pyspark.zip")):
        return
    try:
        os.makedirs(lib, exist_ok=True)
        lock = open(os.path.join(spark, "python", "lock"), "w")
    except OSError as e:
        fail("%s has no Python files, and they can't be put there: %s (expected: a Spark with python/lib, or a folder that"
             " the server may write to)" % (spark, e))
    fcntl.flock(lock, fcntl.LOCK_EX)
    if os.path.exists(os.path.join(lib, "pyspark.zip")):
        return
    print("installing the Python files of Spark %s, once (300 MB are read)" % version, flush=True)
    with tempfile.TemporaryDirectory(dir=os.path.join(spark, "python")) as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, "pyspark==" + version]
        if subprocess.call(command) != 0:
            fail("PySpark %s can't be installed by %s (expected: Python with pip, and a package index; or a whole Spark"
                 " distribution, by --spark-home)" % (version, sys.executable))
        found = glob.glob(os.path.join(folder, "pyspark-*.tar.gz"))[0]
        with tarfile.open(found) as archive:
            wanted = [m for m in archive if m.isfile() and m.name.split("/")[1:2] == ["lib"]]
            for member in sorted(wanted, key=lambda m: m.name.endswith("/pyspark.zip")):  # last, since it says that all is there
                name = os.path.basename(member.name)
                with open(os.path.join(folder, name), "wb") as out:
                    out.write(archive.extractfile(member).read())
                os.replace(os.path.join(folder, name), os.path.join(lib, name))


def unpack(archive, folder):
    try:
        os.makedirs(folder, exist_ok=True)
        if zipfile.is_zipfile(archive):
            with zipfile.ZipFile(archive) as zipped:
                for entry in zipped.infolist():
                    path = zipped.extract(entry, folder)
                    mode = entry.external_attr >> 16
                    if mode & 0o777 and not entry.is_dir():
                        os.chmod(path, mode & 0o777)
        elif subprocess.call(["tar", "-xf", archive, "-C", folder]) != 0:
            fail("archive %s can't be unpacked" % archive)
    except (OSError, zipfile.BadZipFile) as e:
        fail("archive %s can't be unpacked: %s" % (archive, e))


def main(arguments):
    split = arguments.index("--")
    spark, version, archives, command = arguments[0], arguments[1], arguments[2:split], arguments[split + 1:]
    install(spark, version)
    for each in archives:
        archive, folder = each.rsplit("#", 1)
        unpack(archive, folder)
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        del os.environ[name]
    os.execvp(command[0], command)


main(sys.argv[1:])
