/* H_PUT_TCE as a kernel handles it in virtual mode: section, checks, hardware tables, guest's view. */
#ifndef KERNEL_H
#define KERNEL_H

#include <stdint.h>

#include "iommu_table.h"
#include "memory.h"

/* A hardware table that follows a LIOBN. */
struct table_link {
    struct table_link *next;
    struct iommu_table *table;
};

/* A LIOBN with the guest's view of it: one pointer per host page of words, allocated when first written. */
struct guest_table {
    struct guest_table *next;
    uint64_t liobn;
    int page_shift;
    uint64_t offset;
    uint64_t size;
    struct table_link *links;
    uint64_t **pages;
};

struct vm {
    struct guest_table *tables;
    struct memslots *memslots;
    struct region *regions;
};

long kernel_put(struct vm *vm, uint64_t liobn, uint64_t ioba, uint64_t tce);

/* Updates one hardware table, for one entry of the guest. */
long kernel_map(struct vm *vm, const struct guest_table *guest, struct iommu_table *table, uint64_t guest_entry,
                uint64_t user_address, enum direction direction);
long kernel_unmap(struct vm *vm, const struct guest_table *guest, struct iommu_table *table, uint64_t guest_entry);

/* Takes an entry out of the hardware's sight after an error; counts and user view stay. */
void kernel_clear(struct vm *vm, const struct guest_table *guest, struct iommu_table *table, uint64_t guest_entry);

#endif
