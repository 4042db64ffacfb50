/* Guest memory as a kernel knows it: memslots that may change at any time, regions that user space has registered, and pages. */
#ifndef MEMORY_H
#define MEMORY_H

#include <stdbool.h>
#include <stdint.h>

#define HOST_PAGE_SHIFT 16
#define HOST_PAGE_BYTES (UINT64_C(1) << HOST_PAGE_SHIFT)

/* A stretch of guest memory and where user space has it. */
struct memslot {
    uint64_t first_page;
    uint64_t pages;
    uint64_t user_address;
};

/* Replaced as a whole when a memslot changes. */
struct memslots {
    int count;
    int last_used;
    struct memslot *slots; /* highest guest address first */
};

/* User memory that is pinned for devices. */
struct region {
    struct region *next;
    uint64_t user_address;
    uint64_t pages;
    int page_shift;
    bool is_device_memory;
    int64_t mapped; /* 1 without mappings; 0 once it is going away */
    uint64_t *host_addresses;
};

struct page {
    uint64_t flags;
    uint64_t others[7];
};

#define PAGE_DIRTY UINT64_C(16)

/* The sleepable section that keeps memslots in place; returns what must be handed to the end. */
int section_enter(void);
void section_leave(int generation);

/* Finds the user address of a guest address. */
bool memory_user_address(struct memslots *memslots, uint64_t guest_address, uint64_t *user_address);

struct region *region_lookup(struct region *regions, uint64_t user_address, uint64_t bytes);
bool region_host_address(const struct region *region, uint64_t user_address, int page_shift, uint64_t *host_address);

/* Adds a mapping; refused when the region is going away. */
bool region_count_up(struct region *region);
void region_count_down(struct region *region);

/* Marks the page of a host address dirty, unless it belongs to a device. */
void memory_mark_dirty(const struct region *regions, uint64_t host_address);

/* Sets one memslot and one region up that cover guest memory. */
void memory_setup(struct memslots *memslots, struct region *region);

#endif
