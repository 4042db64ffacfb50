#include "iommu_table.h"

#include <stdlib.h>

#include "memory.h"

static const uint64_t permissions[] = {
    [BIDIRECTIONAL] = TCE_PERMISSIONS, [TO_DEVICE] = TCE_READ, [FROM_DEVICE] = TCE_WRITE, [NONE] = 0};
static const enum direction directions[] = {NONE, TO_DEVICE, FROM_DEVICE, BIDIRECTIONAL};

/* Walks down from the first level; NULL where a lower one is missing. */
static uint64_t *find_word(const struct iommu_table *table, uint64_t *level, uint64_t index)
{
    uint64_t mask = (UINT64_C(1) << table->level_bits) - 1;

    for (int upper = table->upper_levels; upper > 0; upper--) {
        uint64_t word = big_endian(__atomic_load_n(&level[index >> (upper * table->level_bits) & mask], __ATOMIC_ACQUIRE));

        if (word == 0)
            return NULL;
        level = (uint64_t *)(uintptr_t)(word & ~TCE_PERMISSIONS);
    }
    return &level[index & mask];
}

static bool exchange(struct iommu_table *table, uint64_t entry, uint64_t *address, enum direction *direction)
{
    uint64_t *word = find_word(table, table->base, entry - table->offset);
    uint64_t new = *address | permissions[*direction];
    uint64_t old;

    if (word == NULL)
        return false;
    /* A device that may write may read: the hardware knows no write-only entries. */
    if (new & TCE_WRITE)
        new |= TCE_READ;
    /* Other vCPUs update the same table without a lock, and each old word must be counted down once. */
    old = big_endian(__atomic_exchange_n(word, big_endian(new), __ATOMIC_SEQ_CST));
    *address = old & ~TCE_PERMISSIONS;
    *direction = directions[old & TCE_PERMISSIONS];
    return true;
}

static uint64_t *user_slot(struct iommu_table *table, uint64_t entry)
{
    return find_word(table, table->user_base, entry - table->offset);
}

/*
 * Tells each linked group's bridge, after the words are visible to it. The row measures a table that is linked to none, as the
 * library's row does: a write to a device's register has no equal on this side.
 */
static void invalidate(struct iommu_table *table, uint64_t first, uint64_t count)
{
    for (struct linked_group *group = __atomic_load_n(&table->groups, __ATOMIC_ACQUIRE); group != NULL;
         group = __atomic_load_n(&group->next, __ATOMIC_ACQUIRE)) {
        __atomic_thread_fence(__ATOMIC_SEQ_CST);
        for (uint64_t i = 0; i < count; i++)
            *group->invalidate_register = (first + i) << table->page_shift;
    }
}

static const struct iommu_table_ops ops = {exchange, user_slot, invalidate};

void iommu_table_setup(struct iommu_table *table, int page_shift, uint64_t entries)
{
    uint64_t least = HOST_PAGE_BYTES / sizeof(uint64_t);

    table->ops = &ops;
    table->page_shift = page_shift;
    table->entries = entries < least ? least : entries;
    table->level_bits = 63 - __builtin_clzll(table->entries);
    table->base = aligned_alloc(HOST_PAGE_BYTES, table->entries * sizeof(uint64_t));
    table->user_base = aligned_alloc(HOST_PAGE_BYTES, table->entries * sizeof(uint64_t));
    if (table->base == NULL || table->user_base == NULL)
        abort();
    for (uint64_t i = 0; i < table->entries; i++)
        table->base[i] = table->user_base[i] = 0;
}
