/* The table that the hardware reads, and beside it the user address that each entry was made from. */
#ifndef IOMMU_TABLE_H
#define IOMMU_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "papr.h"

struct iommu_table;

/* Tables differ by platform, so everything is called through pointers. */
struct iommu_table_ops {
    /* Exchanges an entry's address and direction; false when the entry cannot be had. */
    bool (*exchange)(struct iommu_table *table, uint64_t entry, uint64_t *address, enum direction *direction);
    /* The big-endian word of the user view, or NULL. */
    uint64_t *(*user_slot)(struct iommu_table *table, uint64_t entry);
    void (*invalidate)(struct iommu_table *table, uint64_t first, uint64_t count);
};

/* A device group that reads through the table. */
struct linked_group {
    struct linked_group *next;
    volatile uint64_t *invalidate_register;
};

struct iommu_table {
    const struct iommu_table_ops *ops;
    int page_shift;
    int upper_levels;
    int level_bits;
    uint64_t offset;
    uint64_t entries;
    uint64_t *base;
    uint64_t *user_base;
    struct linked_group *groups;
};

/* The hardware reads big-endian words, and the user view keeps to that. */
static inline uint64_t big_endian(uint64_t word)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    return __builtin_bswap64(word);
#else
    return word;
#endif
}

/* Sets a table of one level up with at least `entries` entries; a host page is the least that is allocated. */
void iommu_table_setup(struct iommu_table *table, int page_shift, uint64_t entries);

#endif
