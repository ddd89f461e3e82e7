/* SPDX-License-Identifier: MIT OR Apache-2.0
 * The one definition of everything that crosses the border between kernel and user space: ring buffer records,
 * the memory that both map, and the settings. Fixed-width fields, explicit padding; a test compares each struct
 * with its managed twin through the BTF of the compiled object. Times are CLOCK_MONOTONIC nanoseconds.
 */
#ifndef HUD_EVENTS_H
#define HUD_EVENTS_H

#define HUD_KERNEL_FRAMES 32
#define HUD_DETAIL_BYTES 256
#define HUD_STACK_BYTES 65536
#define HUD_SYSCALLS 512
#define HUD_POOL 4096 /* a power of two */
#define HUD_MODULES 8 /* a power of two: files of one process that have Tokio in them, each its own */
#define HUD_BUCKETS 24
#define HUD_CONTEXT_BYTES 192
#define HUD_CONTEXT_BEFORE 64
#define HUD_CORE_BYTES 1024
#define HUD_OWNERS 4
#define HUD_SIGHTING_STACK 4096
#define HUD_OWNER_BYTES 64
#define HUD_PARKERS 4

enum hud_event_type {
	HUD_EVENT_POLL = 1,
	HUD_EVENT_STACK = 2,
	HUD_EVENT_THREAD_NEW = 3,
	HUD_EVENT_THREAD_EXIT = 4,
	HUD_EVENT_EXEC = 5,
	HUD_EVENT_CALL = 6,
	HUD_EVENT_MOMENT = 7,
	HUD_EVENT_CALLER = 8, /* of the exact tracker */
	HUD_EVENT_SIGHTING = 9,
	HUD_EVENT_ROLE = 10, /* of the scheduler tracker */
};

enum hud_stack_kind {
	HUD_STACK_ON_CPU = 0,
	HUD_STACK_ASLEEP = 1,
	HUD_STACK_RUN_QUEUE = 2,
	HUD_STACK_WAKER = 3,
	HUD_STACK_SNAPSHOT = 4,
};

enum hud_run_state {
	HUD_STATE_UNKNOWN = 0,
	HUD_STATE_ON_CPU = 1,
	HUD_STATE_ASLEEP = 2,
	HUD_STATE_RUN_QUEUE = 3,
};

enum hud_park_kind {
	HUD_PARK_NONE = 0,
	HUD_PARK_IDLE = 1,   /* until another worker wakes it */
	HUD_PARK_DRIVER = 2, /* waiting for I/O and timers on behalf of the runtime */
};

/* Why what the scheduler tracker takes for a poll, a wait, may be none. */
enum hud_doubt {
	HUD_DOUBT_PLACE = 1, /* the system call does not tell where the thread waits; its stack has to */
	HUD_DOUBT_ROLE = 2, /* block_in_place may have made a worker of another thread; the thread's next HUD_EVENT_ROLE tells */
};

/* What hud_stack.detail holds. */
enum hud_detail_kind {
	HUD_DETAIL_NONE = 0,
	HUD_DETAIL_PATH = 1,	   /* NUL-terminated path as the program passed it */
	HUD_DETAIL_COMPONENTS = 2, /* dentry names, innermost first, each NUL-terminated */
	HUD_DETAIL_SOCKET = 3,	   /* struct hud_peer */
	HUD_DETAIL_SUCCESSOR = 4,  /* struct hud_successor */
};

/* How the first arguments of a system call are to be read; user space fills one byte a system call. */
enum hud_syscall_argument {
	HUD_ARGUMENT_NONE = 0,
	HUD_ARGUMENT_FD = 1,
	HUD_ARGUMENT_PATH = 2,
	HUD_ARGUMENT_DIR_AND_PATH = 3,
	HUD_ARGUMENT_FUTEX = 4,
	HUD_ARGUMENT_EVENTS = 5, /* waits for events: epoll_wait and kin */
	HUD_ARGUMENT_POLL = 6,   /* an array of struct pollfd */
};

/* Why something is missing; per-CPU counters. */
enum hud_counter {
	HUD_LOST_POLL = 0,	  /* ring buffer full */
	HUD_LOST_STACK = 1,	  /* ring buffer full */
	HUD_LOST_THREAD = 2,	  /* no free thread slot */
	HUD_LOST_STACK_SLOT = 3,  /* no free stack slot */
	HUD_LOST_STACK_COPY = 4,  /* user stack not readable */
	HUD_LOST_THREAD_EVENT = 5,
	HUD_MISSED_SWITCH = 6,	  /* made up for */
	HUD_UNREADABLE = 7,	  /* Tokio's memory could not be read */
	HUD_SAMPLES = 8, /* timer interrupts on hud's account */
	HUD_SWITCHES = 9,
	HUD_CHAINED = 10,	  /* polls left out because tasks took turns within a tick, see note_turn() */
	HUD_PROBE_HITS = 11,	  /* of the exact tracker's probes, each an exception in the target */
	HUD_STEPPED_HITS = 12,	  /* those of them whose instruction the kernel steps, with a second exception */
	HUD_COMPUTED = 13,	  /* looks from a clock that met a poll which had computed for long, see note_computing() */
	HUD_LONG_GAPS = 14,	  /* a thread was on a CPU for much longer than settings.longest_gap_ns without a look */
	HUD_COUNTERS = 16,
};

struct hud_header {
	__u32 type;
	__u32 tid;
	__u64 time_ns;
};

struct hud_poll {
	struct hud_header header;
	__u64 sequence;
	__u64 task_id;
	__u64 task_header;
	__u64 start_ns;
	__u64 end_ns;
	__u64 asleep_ns;
	__u64 run_queue_ns;
	__u64 uncertainty_ns;
	__u64 runtime;
	__u32 worker_index; /* +1 */
	__u32 cut; /* the poll began before tracking did */
	__u64 stall_start_ns; /* nobody waited for I/O meanwhile; 0: no such time */
	__u64 stall_end_ns;
	__u32 idle_workers;
	__u32 waiting; /* +1: tasks in the worker's own queue at the last look; 0 unknown */
	__u32 site; /* exact tracker: index of the poll function +1; 0 unknown */
	__u32 doubts; /* hud_doubt */
	__u64 stolen_ns; /* part of run_queue_ns: the hypervisor gave the CPU to others */
	__u32 started_child; /* a process, in this poll */
	__u32 padding;
};

struct hud_stack {
	struct hud_header header; /* header.tid: the thread whose stack this is */
	__u64 sequence;
	__u64 duration_ns;
	__u64 waker_task_id;
	__u32 poll_tid;
	__u32 kind;
	__s32 syscall;
	__u32 user_bytes; /* follow this struct */
	__u32 kernel_bytes;
	__u16 detail_kind;
	__u16 detail_bytes;
	__u32 file_mode; /* i_mode; 0 unknown */
	__u32 version;	 /* odd while the slot is being written */
	__u32 doubts;	 /* as hud_poll.doubts, of the poll it belongs to */
	__u32 interrupted; /* kernel[] begins with the interrupt in which it was taken */
	__u64 args[6];
	__u64 registers[17]; /* DWARF numbering */
	__u64 kernel[HUD_KERNEL_FRAMES];
	__u8 detail[HUD_DETAIL_BYTES];
};

/* A search for a process by the id that it has in hud's pid namespace. */
struct hud_pid_search {
	__u32 id;
};

struct hud_pid_found {
	__u32 tgid; /* as the kernel counts; 0: none */
	__u32 level; /* of hud's pid namespace */
};

#define HUD_OUTSIDE 0xffffffff /* a process that hud's pid namespace does not have */

/* The thread that got the CPU when the poll lost it. */
struct hud_successor {
	__u32 tgid; /* 0: none, the CPU went idle; or HUD_OUTSIDE */
	__u8 name[16];
};

struct hud_peer {
	__u16 family;
	__u16 port; /* network order */
	__u8 address[16];
};

struct hud_thread_event {
	struct hud_header header;
	__u32 slot;
	__u32 padding;
};

#define HUD_NO_SITE 0xffffffff /* which poll function it is is not known */
#define HUD_ONE_SLEEP 0xffffffffffffffff /* in place of poll_sp: where the poll returns to is not known, it counts until the thread wakes */

/*
 * A futex wait between polls, a worker's in its parker or an idle thread's of the blocking pool: what it waits on, and where
 * its stack ends there. Code of a poll may wait on the same word, but not from there.
 */
struct hud_parker {
	__u64 futex; /* 0: none */
	__u64 sp;
};

/* One thread of the target. Written by programs that run on behalf of that thread, read by user space. */
struct hud_thread {
	__u32 tid; /* 0: free */
	__u32 version; /* odd while being written */
	__u32 state; /* hud_run_state */
	__u32 runtime_kind; /* hud_runtime_kind of the scheduler it has run */
	__u64 since_ns; /* of state */
	__u64 woken_ns; /* end of the sleep, 0 while it lasts */
	__u64 observed_ns; /* last look at Tokio's memory, 0 before the first */
	__u64 first_ns;
	__u64 run_delay; /* of the kernel, at switch-out */
	__u64 exec_ns; /* of the kernel, at switch-out */
	__u64 slept_ns; /* part of the last time off CPU counted as asleep that run_delay may correct */
	__u64 on_cpu_ns, blocked_ns, run_queue_ns, idle_ns;
	__u64 sequence; /* polls opened so far */
	__u64 poll_start_ns; /* 0: in no poll */
	__u64 poll_seen_ns; /* last sight of the open poll */
	__u64 poll_asleep_ns, poll_run_queue_ns, poll_gap_ns;
	__u64 poll_task_id, poll_task_header;
	__u64 poll_core;
	__u32 poll_tick;
	__u32 poll_cut;
	__u64 unsent_asleep_ns, unsent_run_queue_ns;
	__u64 next_stack_ns;
	__u64 runtime; /* address of the runtime's handle, 0 unknown */
	__u32 worker_index; /* +1; 0: unknown */
	__u32 stack_slot;   /* +1; 0: none yet */
	__u32 stack_valid;
	__u32 samples;
	__u32 snapshot;
	__u32 parked; /* at the last look */
	__u64 tick_previous_id; /* of the poll before the open one in the same tick */
	__u64 chained_ns; /* last time two tasks were seen taking turns within one tick */
	__u32 burst;	  /* set by user space while it samples this thread more often for that */
	__u32 poll_site;  /* exact tracker: index of the poll function */
	__u64 poll_sp;	  /* exact tracker: stack pointer at the entry of the open poll */
	__u32 waits_for_events; /* it has, which of threads with a worker's name only workers do, and not for work since */
	__u32 named; /* scheduler tracker, set by user space: 1 a worker's name, 2 a worker for certain */
	__u32 park_kind; /* hud_park_kind while asleep */
	__u32 seeded;	 /* looked at from outside since the layout is known */
	__u32 poll_waiting; /* as hud_poll.waiting, of the open poll */
	__u32 underway_kind; /* hud_runtime_kind of the scheduler that runs the poll below */
	__u64 underway_sp; /* set by user space: as poll_sp, of a poll that was running before probes could tell; 0 none */
	__u32 underway_site; /* as poll_site; HUD_NO_SITE where it is not known */
	__u32 poll_doubts; /* as hud_poll.doubts, of the open poll */
	__u64 steal_mark_ns; /* of the CPU it runs on, at the last look */
	__u64 gap_stolen_ns; /* between the last two looks */
	__u64 stolen_ns, poll_stolen_ns; /* parts of run_queue_ns and poll_run_queue_ns */
	/* Of the scheduler tracker. */
	__u64 idle_sequence; /* `sequence` when it last began to wait as threads between polls do */
	__u64 pool_sequence; /* set by user space: in that poll it ran a closure of the blocking pool, and does until it waits so */
	struct hud_parker parkers[HUD_PARKERS]; /* set by user space, from stacks */
	__u32 awaits_work; /* it sleeps as an idle thread of the blocking pool does */
	__u32 handed_over; /* threads of which it may have made a worker in its place since it last waited between polls */
	__u32 held; /* polls have been sent since that this doubt is about */
	__u32 role_round; /* goes up when the doubt ends */
	__u32 heir_of; /* thread that last woke this one to work, and its role_round then; 0: none */
	__u32 heir_round;
	__u64 heir_poll; /* its `sequence` if that was in a poll, else 0 */
	__u64 rest_sp; /* stack pointer in the last wait as for work, until a task or closure is polled; 0: none since */
	__u64 worker_rest_sp; /* of such waits that were a worker's */
	__u64 left_poll; /* `sequence` of the poll in which another thread took over this one's worker, as in block_in_place */
	__u32 poll_started_child; /* as hud_poll.started_child, of the open poll */
	__u32 seen_tick; /* of seen_core */
	__u64 seen_core; /* at the last look */
	__u64 turn_ns; /* what a turn of its scheduler's loop takes; 0 not known yet */
	__u64 poll_first_ns; /* first sight of the open poll */
	__u64 poll_lead_ns; /* it may have begun that much earlier */
	__u32 wants_look; /* the next scheduler tick may be too late to tell when the open poll ends */
	__u32 module; /* +1: whose scheduler it has run, an index into hud_settings.layouts; 0: none */
	__u32 underway_module; /* as module, of the poll that underway_sp tells of */
	__u32 poll_blind; /* probes alone told of the open poll, its layout not being known, and no look at Tokio's memory has since */
};

/* Where one kind of scheduler keeps what tells its polls apart; see TokioLayout. */
struct hud_scheduler {
	__s64 scheduler_tls;
	__s64 task_id_tls;
	__u64 tag_value;
	__u64 parked_value;
	__s32 to_context;
	__s32 context_core;
	__s32 core_tick;
	__s32 core_park;
	__s32 tag_offset;
	__s32 context_owner; /* Arc<Worker> of multi_thread, Arc<Handle> of current_thread */
	__s32 owner_index;
	__s32 owner_handle;
	__u8 valid;
	__u8 tag_size; /* 0: no tag */
	__u8 parked_size;
	__u8 has_task_id;
	__u8 has_owner;
	__u8 has_index;
	__u8 has_handle;
	__u8 kind; /* hud_thread.runtime_kind */
	__s64 task_tag_tls;
	__u64 has_task_tag; /* the id only counts while the word at task_tag_tls is not 0 */
	__s32 core_lifo; /* pointer to the task in the LIFO slot, 0 for none */
	__s32 core_queue; /* of multi_thread: pointer to the ring; of current_thread: number of tasks */
	__s32 queue_head; /* two indices, the lower one is the head */
	__s32 queue_tail;
	__u8 has_lifo;
	__u8 has_queue;
	__u8 index_size; /* bytes of one index into the ring */
	__u8 padding;
	__u32 tick_mask; /* the bits that the tick has */
};

/* Of one module, which is a program or library with Tokio in it. */
struct hud_layout {
	struct hud_scheduler schedulers[2]; /* neither valid: not known */
	__s64 vector_offset; /* of the dynamic thread vector */
	__u64 module_entry; /* 0: TLS offsets count from the thread pointer; else from this entry of the vector */
	__u32 probed; /* the exact tracker's probes tell of its tasks' polls */
	__u32 long_chains; /* any number of polls may share a tick, as before Tokio 1.29; else four at most */
};

/* Slots that nobody uses, on top of each other. */
struct hud_pool {
	__u64 head; /* lower half: slot on top +1, 0 none; upper half: goes up with each change */
	__u32 below[HUD_POOL]; /* slot below each +1 */
};

struct hud_pools {
	struct hud_pool threads; /* that user space has finished reading */
	struct hud_pool stacks;
};

/* Fixed before the programs are loaded. */
struct hud_knobs {
	__u32 target_tgid; /* as the kernel counts */
	__u32 pid_level; /* of hud's pid namespace, whose thread ids records carry; 0 the initial one */
	__u32 walk_scratch; /* index in `scratch` that belongs to the walk over all threads; the others to the CPUs */
	__s32 steal_from_run_queue; /* from a CPU's run queue to the struct in which KVM tells what it took of that CPU; 0 not known */
	__u8 syscall_arguments[HUD_SYSCALLS];
};

/* Changed while they run. */
struct hud_settings {
	struct hud_layout layouts[HUD_MODULES];
	__u64 min_poll_ns;  /* shorter polls are not sent */
	__u64 min_sleep_ns; /* shorter waits keep their stack for the next */
	__u64 stack_age_ns; /* first on-CPU stack of a poll */
	__u64 stack_gap_ns; /* least distance of two */
	__u64 sample_period_ns;
	__u64 longest_gap_ns; /* no thread is on a CPU for longer without a look */
	__u32 enabled;
	__u32 tracking; /* some layout is known */
	__u32 stack_cap;
	__u32 snapshot; /* generation of the last request */
	__u32 exact;	/* polls of the modules that are probed begin and end at probes, not at looks */
	__u32 delays;	/* wakes are probed too */
	__u32 scheduler; /* hud_waits: polls are waits of named threads */
	__u32 modules; /* elements of layouts that are in use */
	__u32 at_ticks; /* the kernel's scheduler ticks serve as samples */
	__u32 padding;
};

/* Which waits the scheduler tracker takes for polls. */
enum hud_waits {
	HUD_WAITS_NONE = 0,
	HUD_WAITS_PROVEN = 1, /* those that the system call tells */
	HUD_WAITS_ALL = 2, /* and those that only their stacks can tell */
};

/* Cookie of the exact tracker's probes. */
enum hud_probe_cookie {
	HUD_COOKIE_INDEX = 0xffff,	/* of the poll function, over all modules */
	HUD_COOKIE_REGISTER = 0xf0000,	/* that holds the task's header, as x86 numbers them */
	HUD_COOKIE_REGISTER_SHIFT = 16,
	HUD_COOKIE_STEPPED = 0x100000,
	HUD_COOKIE_SLOT_SHIFT = 22, /* ten bits, for rsp as the register: words above it where the header lies */
	HUD_COOKIE_STACK_SHIFT = 32,
	HUD_COOKIE_STACK = 0xffffff, /* once shifted down: bytes that the stack pointer has gone down since the function's entry */
	HUD_COOKIE_MODULE_SHIFT = 56, /* that the function is of */
};

/* What is known of an address that poll functions return to. */
enum hud_return_site {
	HUD_RETURN_UNKNOWN = 0, /* user space has been told */
	HUD_RETURN_KIND = 3,	/* mask: probed, and a scheduler of this hud_runtime_kind is there */
	HUD_RETURN_BLOCKING = 4, /* the blocking pool: its closures may take as long as they like */
	HUD_RETURN_OUTERMOST = 8, /* flag: in the outermost function of a thread */
};

/* Which scheduler runs a thread's tasks. */
enum hud_runtime_kind {
	HUD_KIND_NONE = 0,
	HUD_KIND_MULTI_THREAD = 1,
	HUD_KIND_CURRENT_THREAD = 2,
	HUD_KIND_UNKNOWN = 3, /* one of them */
};

/* Times by their number. */
struct hud_times {
	__u64 count;
	__u64 total_ns;
	__u64 longest_ns;
	__u64 histogram[HUD_BUCKETS]; /* bucket i: up to 2^i microseconds, the last one without bound */
};

/* Polls of one poll function, which is one future type. */
struct hud_future {
	struct hud_times polls;
	struct hud_times delays; /* from a wake to the poll that it asked for */
};

/*
 * Calibration: the memory around a task that a scheduler runs. HUD_EVENT_CALL at the entry of run_task (multi_thread) or
 * of the task's poll function (current_thread), HUD_EVENT_MOMENT at a system call or a sample after it; tls_bytes of the
 * TLS block of the module that has Tokio in it follow.
 */
struct hud_call {
	struct hud_header header;
	__u64 calls; /* the scheduler has run that many of its tasks on this thread so far */
	__u64 waits; /* and waited for events that many times */
	__u64 context;
	__u64 task;
	__u64 core;
	__u64 task_id; /* 0 unknown */
	__s32 syscall; /* being entered; -1 for a call or a sample */
	__u32 tls_bytes;
	__u32 kind; /* of the scheduler, as in hud_scheduler */
	__u32 round; /* as in hud_watch; 0: others may have followed the last call */
	__u8 context_bytes[HUD_CONTEXT_BYTES]; /* from HUD_CONTEXT_BEFORE before it */
	__u8 core_bytes[HUD_CORE_BYTES];
	__u8 owner_bytes[HUD_OWNERS * HUD_OWNER_BYTES]; /* behind the context's first words */
};

/* HUD_EVENT_ROLE: where polls are in doubt, the thread waits between polls again, and how it does tells what it is. */
struct hud_role {
	struct hud_header header;
	__u32 worker; /* 0: a thread of the blocking pool */
	__u32 padding;
};

/* HUD_EVENT_CALLER: where a task's poll function was called from. */
struct hud_caller {
	struct hud_header header;
	__u64 return_address;
	__u64 task;
};

/*
 * HUD_EVENT_SIGHTING: a task's poll function was entered; tls_bytes of TLS follow. The first few of each function are
 * told.
 */
struct hud_sighting {
	struct hud_header header;
	__u64 site; /* cookie of the poll function */
	__u64 return_address;
	__u64 task;
	__u64 scheduler; /* the task's: for the runtimes' own, the address of the handle; 0 unknown */
	__u64 stack_pointer;
	__u64 thread_pointer;
	__u32 tls_bytes;
	__u32 stack_bytes;
	__u8 stack[HUD_SIGHTING_STACK]; /* from stack_pointer up */
};

/* Changed while the programs run. First where the context of current_thread schedulers is, once sightings have told. */
struct hud_watch {
	__s64 scheduler_tls; /* from the start of the TLS block */
	__u64 tag_value;
	__s32 context_owner;
	__s32 context_core;
	__u32 has_tag; /* the first word tells the kind of scheduler */
	__u32 active;
	__u32 resting; /* probes are on their way out or in: only sightings are told */
	__u32 round; /* from 1 on; goes up when they are put in: what has happened meanwhile was not counted */
	__u32 multi_done; /* nothing more is to be told of multi_thread schedulers */
	__u32 padding;
	__u64 hits; /* of calibration's probes */
	__u64 samples;
	__u64 call_gap_ns; /* least distance of two calls of a thread that are told */
	__u64 gap_ns; /* of two parks, and of two other moments */
};

struct hud_calibration_knobs {
	__u32 target_tgid; /* as in hud_knobs, and so is the next */
	__u32 pid_level;
	__u32 tls_bytes; /* to be copied, from the start of the TLS block */
	__u32 padding;
	__s64 tls_offset; /* of the block, from the thread pointer or from what the thread vector says */
	__s64 vector_offset; /* as in hud_layout */
	__u64 module_entry;
};

#endif
