import json, os, platform, sys

executable = os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)
print(json.dumps({
    "executable": executable,
    "version": "%d.%d" % sys.version_info[:2],
    "full": platform.python_version(),
    "platform": "%s-%s-%s" % (platform.system(), platform.machine(), "-".join(platform.libc_ver())),
}))
