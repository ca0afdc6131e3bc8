"""What the tests of the installation share: installing into a folder, and finding what lies there as others will."""
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "lint"))
import common  # pylint: disable=wrong-import-position

STRICT = ["-Wall", "-Wextra", "-Werror"]


def run(command, **options):
    """(exit status, what it printed)"""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **options)
    return done.returncode, done.stdout


def complaint(command, **options):
    """What a command said that should have succeeded."""
    status, output = run(command, **options)
    return [f"{' '.join(command)}: {status}", output] if status else []


def find(folder, pattern):
    """The files below a folder whose path matches."""
    paths = [os.path.join(where, name) for where, _, names in os.walk(folder) for name in names]
    return sorted(path for path in paths if re.search(pattern, path))


def pkg_config(folder, *arguments):
    """pkg-config's words about the installed xdb, for the place where it lies now."""
    pc = find(folder, r"/xdb\.pc$")[0]
    env = {**os.environ, "PKG_CONFIG_PATH": os.path.dirname(pc), "PKG_CONFIG_SYSROOT_DIR": folder}
    xdb = run(["pkg-config", *arguments, "xdb"], env=env)[1].split()
    lua = next((name for name in ["lua5.4", "lua-5.4", "lua54"] if run(["pkg-config", "--exists", name])[0] == 0))
    return xdb + run(["pkg-config", *arguments, lua])[1].split()


def library_path(folder):
    """The environment with which programs find the installed library."""
    return {**os.environ, "LD_LIBRARY_PATH": os.path.dirname(find(folder, r"/libxdb\.so$")[0])}


def compile_host(folder, source, program, *options):
    """Builds a program as a host's author would, with pkg-config alone; what the compiler complained of."""
    cflags, libs = pkg_config(folder, "--cflags"), pkg_config(folder, "--libs")
    return complaint(["cc", "-std=c11", *STRICT, "-Wshadow", *cflags, source, "-o", program, *libs, *options])


def install(build, folder):
    """`meson install` into the folder; ends the test when that fails."""
    wrong = complaint(["meson", "install", "-C", build, "--no-rebuild", "--quiet", "--destdir", folder])
    if wrong:
        print("\n".join(wrong))
        sys.exit(1)
