#include <stdlib.h>

#include "kernel.h"

#define WORDS_PER_PAGE (HOST_PAGE_BYTES / sizeof(uint64_t))

/* All LIOBNs of a VM are one list, newest first, that is read without a lock. */
static struct guest_table *find_table(struct vm *vm, uint64_t liobn)
{
    for (struct guest_table *table = __atomic_load_n(&vm->tables, __ATOMIC_ACQUIRE); table != NULL;
         table = __atomic_load_n(&table->next, __ATOMIC_ACQUIRE)) {
        if (table->liobn == liobn)
            return table;
    }
    return NULL;
}

static bool is_ioba_valid(const struct guest_table *table, uint64_t ioba, uint64_t count)
{
    uint64_t entry = ioba >> table->page_shift;

    return (ioba & ((UINT64_C(1) << table->page_shift) - 1)) == 0 && entry >= table->offset && entry + count >= entry
        && entry - table->offset + count <= table->size;
}

static enum direction direction_of(uint64_t tce)
{
    switch (tce & TCE_PERMISSIONS) {
    case TCE_PERMISSIONS:
        return BIDIRECTIONAL;
    case TCE_READ:
        return TO_DEVICE;
    case TCE_WRITE:
        return FROM_DEVICE;
    default:
        return NONE;
    }
}

/* Whatever has no permissions may be stored. Else: no bits below the page, guest memory, and registered for every table. */
static long check_tce(struct vm *vm, const struct guest_table *table, uint64_t tce)
{
    uint64_t address = tce & ~TCE_PERMISSIONS;
    uint64_t user_address;

    if (direction_of(tce) == NONE)
        return H_SUCCESS;
    if ((address & ((UINT64_C(1) << table->page_shift) - 1)) != 0)
        return H_TOO_HARD;
    if (!memory_user_address(vm->memslots, address, &user_address))
        return H_TOO_HARD;
    for (struct table_link *link = __atomic_load_n(&table->links, __ATOMIC_ACQUIRE); link != NULL;
         link = __atomic_load_n(&link->next, __ATOMIC_ACQUIRE)) {
        int page_shift = link->table->page_shift;
        struct region *region = region_lookup(vm->regions, user_address, UINT64_C(1) << page_shift);
        uint64_t host_address;

        if (region == NULL || !region_host_address(region, user_address, page_shift, &host_address))
            return H_TOO_HARD;
    }
    return H_SUCCESS;
}

static void store_guest_view(struct guest_table *table, uint64_t entry, uint64_t tce)
{
    uint64_t index = entry - table->offset;
    uint64_t **page = &table->pages[index / WORDS_PER_PAGE];

    if (*page == NULL) {
        if (tce == 0)
            return;
        *page = calloc(WORDS_PER_PAGE, sizeof(uint64_t));
        /* No status says this, so the word is lost. */
        if (*page == NULL)
            return;
    }
    (*page)[index % WORDS_PER_PAGE] = tce;
}

static long put_in_section(struct vm *vm, struct guest_table *table, uint64_t entry, uint64_t tce)
{
    enum direction direction = direction_of(tce);
    uint64_t user_address = 0;
    long status = check_tce(vm, table, tce);

    if (status != H_SUCCESS)
        return status;
    /* A second lookup: the check does not hand its result on. */
    if (direction != NONE && !memory_user_address(vm->memslots, tce & ~TCE_PERMISSIONS, &user_address))
        return H_PARAMETER;
    for (struct table_link *link = __atomic_load_n(&table->links, __ATOMIC_ACQUIRE); link != NULL;
         link = __atomic_load_n(&link->next, __ATOMIC_ACQUIRE)) {
        status = direction == NONE ? kernel_unmap(vm, table, link->table, entry)
                                   : kernel_map(vm, table, link->table, entry, user_address, direction);
        if (status != H_SUCCESS) {
            kernel_clear(vm, table, link->table, entry);
            return status;
        }
    }
    store_guest_view(table, entry, tce);
    return H_SUCCESS;
}

long kernel_put(struct vm *vm, uint64_t liobn, uint64_t ioba, uint64_t tce)
{
    struct guest_table *table = find_table(vm, liobn);

    if (table == NULL)
        return H_TOO_HARD;
    if (!is_ioba_valid(table, ioba, 1))
        return H_PARAMETER;
    int generation = section_enter();
    long status = put_in_section(vm, table, ioba >> table->page_shift, tce);
    section_leave(generation);
    return status;
}
