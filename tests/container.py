"""A container as Gradescope makes it, as far as one machine can: its folders, its root, its limits.

Bubblewrap, run by the real root, shows ``/autograder`` and ``/opt/coursekit`` at their real places,
leaves root no more rights than Docker does, and refuses the system calls that Docker refuses.
"""

import errno
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

DOCKER = """CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP
    NET_BIND_SERVICE SYS_CHROOT KILL AUDIT_WRITE"""
REFUSED = "unshare setns mount umount2 pivot_root open_tree move_mount fsopen fsmount"
NEW_USER = 0x10000000  # of clone


def can_be_root() -> bool:
    """Whether this process is a root that may become other users and make mounts."""
    from coursekit.grading.box.wall import as_account, bubblewrap

    if os.geteuid() != 0 or bubblewrap() is None:
        return False
    try:
        return subprocess.run(["true"], **as_account(64_123)).returncode == 0
    except OSError:
        return False


class Container:
    """One image, built from an autograder zip; ``grade`` starts it for a submission.

    Args:
        folder: an empty folder to build in.
        bundle: the autograder zip.
        kernel: ``docker``: no namespaces; ``old``: no Landlock and no filter of one's own either;
            ``open``: everything the machine has.
    """

    def __init__(self, folder: Path, bundle: Path, kernel: str = "docker") -> None:
        self.folder, self.kernel = folder, kernel
        self.refused_too = ""  # more system calls that this kernel refuses
        self.autograder = folder / "autograder"
        source = self.autograder / "source"
        source.mkdir(parents=True)
        with zipfile.ZipFile(bundle) as archive:
            for info in archive.infolist():
                archive.extract(info, source)
                (source / info.filename).chmod(info.external_attr >> 16 & 0o777)
        shutil.copy(source / "run_autograder", self.autograder / "run_autograder")
        self._environment(next(source.glob("*.whl")))

    def _environment(self, wheel: Path) -> None:
        """What setup.sh would install, from this environment instead of a network."""
        home = self.folder / "coursekit"
        subprocess.run([sys._base_executable, "-m", "venv", "--without-pip", home], check=True)
        site = next(home.glob("lib/python*/site-packages"))
        pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
        subprocess.run([*pip, "--no-deps", "--no-index", "--target", site, wheel], check=True)
        (home / "deps").mkdir()
        (site / "deps.pth").write_text("/opt/coursekit/deps\n")

    def run(self, *command: str) -> "subprocess.CompletedProcess[str]":
        """Run a command as the container's root, in /autograder."""
        filters = self.folder / "filter"
        filters.write_bytes(self._refusals())
        with filters.open("rb") as program:
            wall = [*self._mounts(), "--seccomp", str(program.fileno()), "--chdir", "/autograder"]
            return subprocess.run(
                [*wall, "--", *command],
                capture_output=True,
                text=True,
                timeout=300,
                pass_fds=[program.fileno()],
                env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "OMP_NUM_THREADS": "1"},
            )

    def grade(self, files: dict[str, bytes | str]) -> "tuple[dict | None, str]":
        """Hand in files (a text is where a link leads): the results, if any, and the output."""
        submission, results = self.autograder / "submission", self.autograder / "results"
        for place in (submission, results):
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir()
        for name, body in files.items():
            path = submission / name
            path.parent.mkdir(exist_ok=True)
            path.symlink_to(body) if isinstance(body, str) else path.write_bytes(body)
        done = self.run("/autograder/run_autograder")
        written = results / "results.json"
        told = json.loads(written.read_text("utf8")) if written.exists() else None
        return told, done.stdout + done.stderr

    def _mounts(self) -> list[str]:
        from coursekit.grading.box.wall import bubblewrap

        command = [str(bubblewrap()), "--unshare-pid", "--unshare-net", "--die-with-parent"]
        command += ["--cap-drop", "ALL"]
        for name in DOCKER.split():
            command += ["--cap-add", f"CAP_{name}"]
        command += ["--perms", "0755", "--dir", "/opt"]
        for parent in ("/", "/opt"):
            for entry in sorted(Path(parent).iterdir()):
                if str(entry) in ("/proc", "/dev", "/opt", "/autograder", "/opt/coursekit"):
                    continue
                if entry.is_symlink():
                    command += ["--symlink", os.readlink(entry), str(entry)]
                else:
                    command += ["--bind", str(entry), str(entry)]
        if Path(sys.base_prefix).is_relative_to("/root"):  # where only root can go
            command += ["--perms", "0755", "--tmpfs", "/root"]
            for parent in reversed(Path(sys.base_prefix).parents[:-2]):
                command += ["--perms", "0755", "--dir", str(parent)]
            command += ["--ro-bind", sys.base_prefix, sys.base_prefix]
        deps = next(Path(sys.prefix).glob("lib/python*/site-packages"))
        command += ["--bind", str(self.autograder), "/autograder"]
        command += ["--bind", str(self.folder / "coursekit"), "/opt/coursekit"]
        command += ["--ro-bind", str(deps), "/opt/coursekit/deps"]
        return [*command, "--proc", "/proc", "--dev", "/dev"]

    def _refusals(self) -> bytes:
        import seccompy

        rules = seccompy.Filter()
        names = "" if self.kernel == "open" else REFUSED
        for name in names.split():
            rules.errno(name, errno.EPERM)
        if names:
            flag = seccompy.ArgCmp(0, seccompy.CmpOp.MASKED_EQ, NEW_USER, NEW_USER)
            rules.errno("clone", errno.EPERM, args=[flag])
            rules.errno("clone3", errno.ENOSYS)
        for name in self.refused_too.split():
            rules.errno(name, errno.EPERM)
        if self.kernel == "old":
            for name in ("landlock_create_ruleset", "seccomp"):
                rules.errno(name, errno.ENOSYS)
        return bytes(rules.program)
