"""The system calls that student code may not make, compiled once into a seccomp program.

The list is of calls to refuse, not of calls to allow: numerical libraries use too many of the
harmless ones. What the list must hold is every call that starts a program, opens a socket, touches
another process, changes namespaces or mounts, keeps memory that no limit counts, or reaches parts
of the kernel that no notebook needs.
"""

import errno
import struct

PROCESSES = """execve execveat fork vfork ptrace process_vm_readv process_vm_writev kcmp
    process_madvise process_mrelease kill tkill rt_sigqueueinfo rt_tgsigqueueinfo pidfd_open
    pidfd_getfd pidfd_send_signal setpgid migrate_pages move_pages"""
NETWORK = "socket connect bind listen accept accept4"
NAMESPACES = """unshare setns mount umount2 pivot_root chroot open_tree move_mount fsopen fsconfig
    fsmount fspick mount_setattr swapon swapoff quotactl quotactl_fd"""
KERNEL = """bpf perf_event_open userfaultfd io_uring_setup io_uring_enter io_uring_register keyctl
    add_key request_key init_module finit_module delete_module kexec_load kexec_file_load reboot
    sethostname setdomainname iopl ioperm personality syslog name_to_handle_at open_by_handle_at
    fanotify_init lookup_dcookie acct settimeofday clock_settime clock_adjtime adjtimex
    nfsservctl vhangup modify_ldt seccomp"""
UNCOUNTED_MEMORY = "memfd_create memfd_secret shmget shmat semget msgget mq_open"

CLONE_THREAD = 0x00010000
X32 = 0x40000000


def program() -> list[bytes]:
    """The seccomp programs to install, one after the other.

    Raises:
        ImportError: seccompy is not installed.
        ValueError: the processor is neither x86-64 nor AArch64.
    """
    import seccompy

    rules = seccompy.Filter()
    for name in " ".join((PROCESSES, NETWORK, NAMESPACES, KERNEL, UNCOUNTED_MEMORY)).split():
        try:
            rules.errno(name, errno.EPERM)
        except (KeyError, ValueError, seccompy.UnsupportedError):
            continue  # this processor has no such call
    # A thread is welcome, a process is not; libc falls back from clone3 only on ENOSYS.
    thread = seccompy.ArgCmp(0, seccompy.CmpOp.MASKED_EQ, CLONE_THREAD, CLONE_THREAD)
    rules.allow("clone", args=[thread])
    rules.errno("clone", errno.EPERM)
    rules.errno("clone3", errno.ENOSYS)
    programs = [rules.program]
    if seccompy.audit_arch() == seccompy.AUDIT_ARCH_X86_64:
        programs.append(_refuse_x32())
    return programs


def _refuse_x32() -> bytes:
    """Refuse the second numbering of calls on x86-64, which the first program does not see."""
    load_number, jump_if_at_least, give_back = 0x20, 0x35, 0x06
    allow, refuse = 0x7FFF0000, 0x00050000 | errno.ENOSYS
    instructions = (
        (load_number, 0, 0, 0),
        (jump_if_at_least, 0, 1, X32),
        (give_back, 0, 0, refuse),
        (give_back, 0, 0, allow),
    )
    return b"".join(struct.pack("HBBI", *i) for i in instructions)
