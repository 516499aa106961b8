// A plugin of qemu-user that counts the instructions of all threads, and prints the count whenever the program writes to its standard
// output: so the program says what is counted. The declarations are those of qemu-plugin.h that it needs.
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>

typedef uint64_t id;
struct block;
typedef struct {
	const char *target;
	struct {
		int min, cur;
	} version;
	_Bool system;
	union {
		struct {
			int smp, max;
		} cpus;
	};
} info;
typedef void translated(id, struct block *);
typedef void syscall_(id, unsigned cpu, int64_t number, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t);

extern void qemu_plugin_register_vcpu_tb_trans_cb(id, translated *);
extern void qemu_plugin_register_vcpu_syscall_cb(id, syscall_ *);
extern void qemu_plugin_register_vcpu_tb_exec_inline(struct block *, int operation, void *at, uint64_t value);
extern size_t qemu_plugin_tb_n_insns(const struct block *);
extern void qemu_plugin_outs(const char *);

enum { ADD = 0, WRITE = 64 };

__attribute__((visibility("default"))) int qemu_plugin_version = 1;
static uint64_t count;

static void translate(id plugin, struct block *b) {
	qemu_plugin_register_vcpu_tb_exec_inline(b, ADD, &count, qemu_plugin_tb_n_insns(b));
}

static void call(id plugin, unsigned cpu, int64_t number, uint64_t file, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f, uint64_t g,
                 uint64_t h) {
	char line[40];
	if (number != WRITE || file != 1) return;
	snprintf(line, sizeof line, "instructions %" PRIu64 "\n", count);
	qemu_plugin_outs(line);
}

__attribute__((visibility("default"))) int qemu_plugin_install(id plugin, const info *i, int argc, char **argv) {
	qemu_plugin_register_vcpu_tb_trans_cb(plugin, translate);
	qemu_plugin_register_vcpu_syscall_cb(plugin, call);
	return 0;
}
