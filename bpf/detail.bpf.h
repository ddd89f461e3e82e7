/* SPDX-License-Identifier: MIT OR Apache-2.0
 * What a system call works on: the path of its descriptor from the kernel's dentries, the peer of its socket.
 */
#ifndef HUD_DETAIL_BPF_H
#define HUD_DETAIL_BPF_H

#include "maps.bpf.h"

#define S_IFMT 0170000
#define S_IFSOCK 0140000
#define AF_INET 2
#define AF_INET6 10
#define MAX_COMPONENTS 14
#define COMPONENT_BYTES 64

static __always_inline __u32 syscall_argument(__s32 number)
{
	__u64 index = (__u32)number;

	if (index >= HUD_SYSCALLS)
		return HUD_ARGUMENT_NONE;
	/* The compiler may not fold the check into a form that the verifier cannot follow. */
	asm volatile("%0 &= 511" : "+r"(index));
	return knobs.syscall_arguments[index];
}

static __always_inline void detail_of_socket(struct hud_stack *event, struct file *file)
{
	struct hud_peer *peer = (struct hud_peer *)event->detail;
	struct socket *socket = BPF_CORE_READ(file, private_data);
	struct sock *sock = BPF_CORE_READ(socket, sk);

	peer->family = BPF_CORE_READ(sock, __sk_common.skc_family);
	peer->port = BPF_CORE_READ(sock, __sk_common.skc_dport);
	if (peer->family == AF_INET)
		BPF_CORE_READ_INTO((__be32 *)peer->address, sock, __sk_common.skc_daddr);
	else if (peer->family == AF_INET6)
		BPF_CORE_READ_INTO((struct in6_addr *)peer->address, sock, __sk_common.skc_v6_daddr);
	event->detail_kind = HUD_DETAIL_SOCKET;
	event->detail_bytes = sizeof(*peer);
}

/* Global, so that the verifier walks its loop once and not once a caller. */
__noinline int detail_of_path(struct hud_stack *event, __u64 file_address)
{
	struct file *file = (struct file *)file_address;
	struct dentry *dentry = BPF_CORE_READ(file, f_path.dentry);
	struct vfsmount *vfs = BPF_CORE_READ(file, f_path.mnt);
	struct mount *mount = (void *)vfs - bpf_core_field_offset(struct mount, mnt);
	__u32 used = 0;
	int i;

	if (!event)
		return 0;
	for (i = 0; i < MAX_COMPONENTS && used <= HUD_DETAIL_BYTES - COMPONENT_BYTES; i++) {
		struct dentry *parent = BPF_CORE_READ(dentry, d_parent);
		long n;

		if (dentry == BPF_CORE_READ(mount, mnt.mnt_root)) {
			struct mount *up = BPF_CORE_READ(mount, mnt_parent);

			if (up == mount)
				break;
			dentry = BPF_CORE_READ(mount, mnt_mountpoint);
			mount = up;
			continue;
		}
		n = bpf_probe_read_kernel_str(event->detail + used, COMPONENT_BYTES, BPF_CORE_READ(dentry, d_name.name));
		if (n <= 0 || n > COMPONENT_BYTES)
			break;
		used += n;
		if (parent == dentry)
			break;
		dentry = parent;
	}
	event->detail_kind = HUD_DETAIL_COMPONENTS;
	event->detail_bytes = used;
	return 0;
}

static __always_inline void detail_of_successor(struct hud_stack *event, struct task_struct *next)
{
	struct hud_successor *successor = (struct hud_successor *)event->detail;

	successor->tgid = next->tgid ? process_at(next, knobs.pid_level) : 0;
	if (next->tgid && !successor->tgid)
		successor->tgid = HUD_OUTSIDE;
	bpf_probe_read_kernel_str(successor->name, sizeof(successor->name), next->comm);
	event->detail_kind = HUD_DETAIL_SUCCESSOR;
	event->detail_bytes = sizeof(*successor);
}

/* Only kernel memory is read, so any thread may run this for any other. */
static __always_inline void detail_of_number(struct hud_stack *event, struct task_struct *task, __u64 fd)
{
	struct fdtable *table;
	struct file **slot, *file = NULL;

	table = BPF_CORE_READ(task, files, fdt);
	if (!table || fd >= BPF_CORE_READ(table, max_fds))
		return;
	slot = BPF_CORE_READ(table, fd) + fd;
	if (bpf_probe_read_kernel(&file, sizeof(file), slot) || !file)
		return;
	event->file_mode = BPF_CORE_READ(file, f_inode, i_mode);
	if ((event->file_mode & S_IFMT) == S_IFSOCK)
		detail_of_socket(event, file);
	else
		detail_of_path(event, (__u64)file);
}

static __always_inline void detail_of_descriptor(struct hud_stack *event, struct task_struct *task)
{
	if (event->kind != HUD_STACK_RUN_QUEUE && syscall_argument(event->syscall) == HUD_ARGUMENT_FD)
		detail_of_number(event, task, (__u32)event->args[0]);
}

/* Reads user memory: only for the current thread. Of the descriptors of a poll, the first tells what kind they are. */
static __always_inline void detail_of_user_argument(struct hud_stack *event, struct task_struct *task)
{
	__u32 argument = syscall_argument(event->syscall);
	__u64 path;
	__s32 fd;
	long n;

	if (argument == HUD_ARGUMENT_POLL) {
		if (!bpf_probe_read_user(&fd, sizeof(fd), (void *)event->args[0]) && fd >= 0)
			detail_of_number(event, task, fd);
		return;
	}
	if (argument == HUD_ARGUMENT_PATH)
		path = event->args[0];
	else if (argument == HUD_ARGUMENT_DIR_AND_PATH)
		path = event->args[1];
	else
		return;
	n = bpf_probe_read_user_str(event->detail, HUD_DETAIL_BYTES, (void *)path);
	if (n <= 0)
		return;
	event->detail_kind = HUD_DETAIL_PATH;
	event->detail_bytes = n;
}

#endif
