#include <stddef.h>

#include "kernel.h"

/* A guest's page may be several of the hardware's. */
static uint64_t entries_per_page(const struct guest_table *guest, const struct iommu_table *table)
{
    return UINT64_C(1) << (guest->page_shift - table->page_shift);
}

/* Exchanges a word; the page that the device could write until now is dirty. */
static bool exchange(struct vm *vm, struct iommu_table *table, uint64_t entry, uint64_t *address,
                     enum direction *direction)
{
    if (!table->ops->exchange(table, entry, address, direction))
        return false;
    if (*direction == BIDIRECTIONAL || *direction == FROM_DEVICE)
        memory_mark_dirty(vm->regions, *address);
    return true;
}

/* The region of what an entry mapped before is found by the user address that was written beside it. */
static long count_down(struct vm *vm, struct iommu_table *table, uint64_t entry)
{
    uint64_t *slot = table->ops->user_slot(table, entry);

    if (slot == NULL)
        return H_SUCCESS;
    struct region *region =
        region_lookup(vm->regions, big_endian(*slot), UINT64_C(1) << table->page_shift);
    if (region == NULL)
        return H_TOO_HARD;
    region_count_down(region);
    *slot = 0;
    return H_SUCCESS;
}

/* Counted up before the exchange and down after it: the region cannot go while the hardware may still read the word. */
static long map_entry(struct vm *vm, struct iommu_table *table, uint64_t entry, uint64_t user_address,
                      enum direction direction)
{
    uint64_t *slot = table->ops->user_slot(table, entry);
    uint64_t address;

    if (slot == NULL)
        return H_TOO_HARD;
    struct region *region = region_lookup(vm->regions, user_address, UINT64_C(1) << table->page_shift);
    if (region == NULL)
        return H_TOO_HARD;
    if (!region_host_address(region, user_address, table->page_shift, &address))
        return H_TOO_HARD;
    if (!region_count_up(region))
        return H_TOO_HARD;
    if (!exchange(vm, table, entry, &address, &direction)) {
        region_count_down(region);
        return H_TOO_HARD;
    }
    if (direction != NONE)
        count_down(vm, table, entry);
    *slot = big_endian(user_address);
    return H_SUCCESS;
}

static long unmap_entry(struct vm *vm, struct iommu_table *table, uint64_t entry)
{
    enum direction direction = NONE;
    uint64_t address = 0;

    if (!exchange(vm, table, entry, &address, &direction))
        return H_TOO_HARD;
    if (direction == NONE)
        return H_SUCCESS;
    long status = count_down(vm, table, entry);
    if (status != H_SUCCESS)
        table->ops->exchange(table, entry, &address, &direction);
    return status;
}

long kernel_map(struct vm *vm, const struct guest_table *guest, struct iommu_table *table, uint64_t guest_entry,
                uint64_t user_address, enum direction direction)
{
    uint64_t count = entries_per_page(guest, table);
    long status = H_SUCCESS;

    for (uint64_t i = 0; i < count && status == H_SUCCESS; i++)
        status = map_entry(vm, table, guest_entry * count + i, user_address + (i << table->page_shift), direction);
    table->ops->invalidate(table, guest_entry * count, count);
    return status;
}

long kernel_unmap(struct vm *vm, const struct guest_table *guest, struct iommu_table *table, uint64_t guest_entry)
{
    uint64_t count = entries_per_page(guest, table);
    long status = H_SUCCESS;

    for (uint64_t i = 0; i < count && status == H_SUCCESS; i++)
        status = unmap_entry(vm, table, guest_entry * count + i);
    table->ops->invalidate(table, guest_entry * count, count);
    return status;
}

void kernel_clear(struct vm *vm, const struct guest_table *guest, struct iommu_table *table, uint64_t guest_entry)
{
    uint64_t count = entries_per_page(guest, table);

    for (uint64_t i = 0; i < count; i++) {
        enum direction direction = NONE;
        uint64_t address = 0;

        exchange(vm, table, guest_entry * count + i, &address, &direction);
    }
}
