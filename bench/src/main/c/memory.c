#include "memory.h"

#include <stdlib.h>

#include "streams.h"

#define USER_BASE UINT64_C(0x7f0000000000)
#define HOST_BASE UINT64_C(0x100000000)
#define RAM_PAGES (RAM_BYTES >> HOST_PAGE_SHIFT)

/* What each CPU counts of the sections that it entered and left; nobody else writes them, so a plain increment is enough. */
static _Thread_local uint64_t entered[2];
static _Thread_local uint64_t left[2];
static int current_generation;
static struct page *pages;

/*
 * Orders everything before with everything after, as a kernel does it: with a locked instruction on the stack. What compilers
 * make of a fence differs by a factor of several (the fence instruction also waits for what only matters to devices).
 */
static inline void full_barrier(void)
{
#if defined(__x86_64__)
    __asm__ volatile("lock orl $0, -8(%%rsp)" ::: "memory", "cc");
#else
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
#endif
}

/*
 * Whoever replaces the memslots sums all CPUs' counts up until they agree. For that the count must be seen before anything in
 * the section is read, hence a full barrier at each end.
 */
int section_enter(void)
{
    int generation = __atomic_load_n(&current_generation, __ATOMIC_RELAXED) & 1;

    entered[generation]++;
    full_barrier();
    return generation;
}

void section_leave(int generation)
{
    full_barrier();
    left[generation]++;
}

static bool contains(const struct memslot *slot, uint64_t page)
{
    return page >= slot->first_page && page < slot->first_page + slot->pages;
}

/* The memslot used last is tried first; else a binary search. */
static const struct memslot *find_memslot(struct memslots *memslots, uint64_t page)
{
    int last = __atomic_load_n(&memslots->last_used, __ATOMIC_RELAXED);
    int start = 0;
    int end = memslots->count;

    if (last < memslots->count && contains(&memslots->slots[last], page))
        return &memslots->slots[last];
    while (start < end) {
        int middle = start + (end - start) / 2;

        if (page >= memslots->slots[middle].first_page)
            end = middle;
        else
            start = middle + 1;
    }
    if (start >= memslots->count || !contains(&memslots->slots[start], page))
        return NULL;
    __atomic_store_n(&memslots->last_used, start, __ATOMIC_RELAXED);
    return &memslots->slots[start];
}

bool memory_user_address(struct memslots *memslots, uint64_t guest_address, uint64_t *user_address)
{
    uint64_t page = guest_address >> HOST_PAGE_SHIFT;
    const struct memslot *slot = find_memslot(memslots, page);

    if (slot == NULL)
        return false;
    *user_address = slot->user_address + ((page - slot->first_page) << HOST_PAGE_SHIFT)
        + (guest_address & (HOST_PAGE_BYTES - 1));
    return true;
}

/* The regions are a list that is read without a lock: each link is an acquiring load. */
struct region *region_lookup(struct region *regions, uint64_t user_address, uint64_t bytes)
{
    for (struct region *region = regions; region != NULL; region = __atomic_load_n(&region->next, __ATOMIC_ACQUIRE)) {
        if (region->user_address <= user_address
            && user_address + bytes <= region->user_address + (region->pages << HOST_PAGE_SHIFT))
            return region;
    }
    return NULL;
}

bool region_host_address(const struct region *region, uint64_t user_address, int page_shift, uint64_t *host_address)
{
    uint64_t page = (user_address - region->user_address) >> HOST_PAGE_SHIFT;

    if (page >= region->pages || page_shift > region->page_shift)
        return false;
    *host_address = region->host_addresses[page] | (user_address & (HOST_PAGE_BYTES - 1));
    return true;
}

/* Adds to the count unless it is `floor`: a compare-and-swap, for 0 and 1 have meanings of their own. */
static bool add_unless(int64_t *count, int64_t change, int64_t floor)
{
    int64_t old = __atomic_load_n(count, __ATOMIC_RELAXED);

    do {
        if (old == floor)
            return false;
    } while (!__atomic_compare_exchange_n(count, &old, old + change, true, __ATOMIC_SEQ_CST, __ATOMIC_RELAXED));
    return true;
}

bool region_count_up(struct region *region)
{
    return add_unless(&region->mapped, 1, 0);
}

void region_count_down(struct region *region)
{
    add_unless(&region->mapped, -1, 1);
}

static bool is_device_memory(const struct region *regions, uint64_t host_address)
{
    for (const struct region *region = regions; region != NULL;
         region = __atomic_load_n(&region->next, __ATOMIC_ACQUIRE)) {
        if (region->is_device_memory && host_address - region->host_addresses[0] < region->pages << HOST_PAGE_SHIFT)
            return true;
    }
    return false;
}

/* The flags of a page are shared by everybody, so a bit is set atomically; in the peer's favour, only when it is not set yet. */
void memory_mark_dirty(const struct region *regions, uint64_t host_address)
{
    if (is_device_memory(regions, host_address))
        return;
    struct page *page = &pages[(host_address - HOST_BASE) >> HOST_PAGE_SHIFT];
    if ((__atomic_load_n(&page->flags, __ATOMIC_RELAXED) & PAGE_DIRTY) == 0)
        __atomic_fetch_or(&page->flags, PAGE_DIRTY, __ATOMIC_SEQ_CST);
}

void memory_setup(struct memslots *memslots, struct region *region)
{
    struct memslot *slot = calloc(1, sizeof *slot);

    pages = calloc(RAM_PAGES, sizeof *pages);
    region->host_addresses = calloc(RAM_PAGES, sizeof *region->host_addresses);
    if (slot == NULL || pages == NULL || region->host_addresses == NULL)
        abort();
    *slot = (struct memslot){0, RAM_PAGES, USER_BASE};
    *memslots = (struct memslots){1, 0, slot};
    region->user_address = USER_BASE;
    region->pages = RAM_PAGES;
    region->page_shift = HOST_PAGE_SHIFT;
    region->mapped = 1;
    for (uint64_t i = 0; i < RAM_PAGES; i++)
        region->host_addresses[i] = HOST_BASE + (i << HOST_PAGE_SHIFT);
}
