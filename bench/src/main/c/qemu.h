/* H_PUT_TCE as user space handles it: find the table, store, tell who listens. */
#ifndef QEMU_H
#define QEMU_H

#include <stdint.h>

/* What a listener is told. */
struct iommu_event {
    uint64_t iova;
    uint64_t translated;
    uint64_t mask;
    int permissions;
};

struct notifier {
    struct notifier *next;
    uint64_t first;
    uint64_t last;
    void (*notify)(struct notifier *notifier, const struct iommu_event *event);
    uint64_t maps;
    uint64_t unmaps;
};

struct qemu_table {
    struct qemu_table *next;
    uint64_t liobn;
    uint64_t bus_offset;
    int page_shift;
    uint32_t size;
    uint64_t *words;
    struct notifier *notifiers;
};

/* Adds a window of 512 pages with one listener that counts, in front of the list. */
struct qemu_table *qemu_add_table(uint64_t liobn);
long qemu_put(uint64_t liobn, uint64_t ioba, uint64_t tce);

void qemu_setup(void);
double qemu_put_iterate(int64_t ns);

#endif
