/* SPDX-License-Identifier: MIT OR Apache-2.0
 * The kernel types and fields that hud reads, and nothing else. CO-RE relocates every access against the BTF of
 * the running kernel, so order and padding here mean nothing.
 */
#ifndef HUD_KERNEL_H
#define HUD_KERNEL_H

typedef unsigned char __u8;
typedef signed char __s8;
typedef short __s16;
typedef unsigned short __u16;
typedef int __s32;
typedef unsigned int __u32;
typedef long long __s64;
typedef unsigned long long __u64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u32 __wsum;
typedef _Bool bool;

#define NULL ((void *)0)
#define true 1
#define false 0

enum { BPF_ANY = 0, BPF_NOEXIST = 1, BPF_RB_NO_WAKEUP = 1, BPF_F_MMAPABLE = 1024, BPF_F_USER_STACK = 256 };
enum bpf_map_type {
	BPF_MAP_TYPE_HASH = 1,
	BPF_MAP_TYPE_ARRAY = 2,
	BPF_MAP_TYPE_PERCPU_ARRAY = 6,
	BPF_MAP_TYPE_LRU_HASH = 9,
	BPF_MAP_TYPE_RINGBUF = 27,
};

/* Of the BPF interface, include/uapi/linux/bpf.h. */
struct bpf_timer {
	__u64 opaque[2];
};

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct pt_regs {
	unsigned long r15, r14, r13, r12, bp, bx, r11, r10, r9, r8, ax, cx, dx, si, di, orig_ax, ip, cs, flags, sp, ss;
};

struct sched_info {
	unsigned long long run_delay, last_queued; /* last_queued by the run queue's clock, 0 while not queued */
};

struct rq {
	__u64 clock;
	/* The CPU's time that the hypervisor gave to others, up to the last look at its clock. Absent without paravirtual time. */
	__u64 prev_steal_time_rq;
};

struct cfs_rq {
	struct rq *rq;
};

struct sched_entity {
	__u64 sum_exec_runtime;
	struct cfs_rq *cfs_rq; /* of the task's CPU; absent without CONFIG_FAIR_GROUP_SCHED */
};

struct thread_struct {
	unsigned long fsbase;
};

struct qstr {
	const unsigned char *name;
};

struct super_block;

struct inode {
	__u16 i_mode;
};

struct dentry {
	struct dentry *d_parent;
	struct qstr d_name;
	struct inode *d_inode;
};

struct vfsmount {
	struct dentry *mnt_root;
};

struct mount {
	struct mount *mnt_parent;
	struct dentry *mnt_mountpoint;
	struct vfsmount mnt;
};

struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
};

struct file {
	struct path f_path;
	struct inode *f_inode;
	void *private_data;
};

struct fdtable {
	unsigned int max_fds;
	struct file **fd;
};

struct files_struct {
	struct fdtable *fdt;
};

struct in6_addr {
	__u8 bytes[16];
};

struct sock_common {
	__be32 skc_daddr;
	__be16 skc_dport;
	unsigned short skc_family;
	struct in6_addr skc_v6_daddr;
};

struct sock {
	struct sock_common __sk_common;
};

struct socket {
	struct sock *sk;
};

struct mm_struct {
	unsigned long start_stack;
};

struct pid_namespace;

struct upid {
	int nr;
	struct pid_namespace *ns;
};

/* numbers[i] is the id in the i-th pid namespace, counted from the initial one. */
struct pid {
	unsigned int level;
	struct upid numbers[1];
};

#define LOWEST_POINTER 0x10000 /* vm.mmap_min_addr: lower words are no addresses */
#define PF_EXITING 0x4 /* task_struct.flags */

struct task_struct {
	unsigned int __state;
	unsigned int flags;
	int on_cpu;
	int pid, tgid;
	struct task_struct *group_leader;
	struct pid *thread_pid;
	char comm[16];
	struct mm_struct *mm;
	struct files_struct *files;
	struct sched_entity se;
	struct sched_info sched_info;
	struct thread_struct thread;
};

/* Linux before 5.14 calls the field `state` (commit 2f064a59a11f). */
struct task_struct___old {
	long state;
} __attribute__((preserve_access_index));

struct bpf_perf_event_data {
	struct pt_regs regs;
};

struct seq_file;

struct bpf_iter_meta {
	struct seq_file *seq;
	__u64 session_id;
	__u64 seq_num;
};

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
};

struct linux_binprm;

#pragma clang attribute pop

#endif
