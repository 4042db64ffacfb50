#include "kernel_rows.h"

#include <stdlib.h>

#include "measure.h"
#include "streams.h"

static struct vm *vm;

struct vm *kernel_vm(int groups)
{
    struct vm *made = calloc(1, sizeof *made);
    struct guest_table *table = calloc(1, sizeof *table);
    struct table_link *link = calloc(1, sizeof *link);
    struct iommu_table *hardware = calloc(1, sizeof *hardware);
    struct memslots *memslots = calloc(1, sizeof *memslots);
    struct region *region = calloc(1, sizeof *region);
    uint64_t **pages = calloc(1, sizeof *pages);

    if (!made || !table || !link || !hardware || !memslots || !region || !pages)
        abort();
    memory_setup(memslots, region);
    iommu_table_setup(hardware, PAGE_SHIFT, WINDOW_PAGES);
    link->table = hardware;
    *table = (struct guest_table){
        .liobn = FIRST_LIOBN, .page_shift = PAGE_SHIFT, .size = WINDOW_PAGES, .pages = pages};
    if (groups > 0)
        table->links = link;
    *made = (struct vm){table, memslots, region};
    return made;
}

static void expect_success(long status)
{
    /* A row of refused calls would be fast. */
    if (status != H_SUCCESS)
        abort();
}

static void setup(int groups)
{
    vm = kernel_vm(groups);
    for (uint64_t page = 0; page < WINDOW_PAGES; page++) {
        expect_success(kernel_put(vm, FIRST_LIOBN, page << PAGE_SHIFT, TCE_PERMISSIONS));
        if (groups == 0)
            continue;
        expect_success(kernel_put(vm, FIRST_LIOBN, page << PAGE_SHIFT, 0));
    }
}

void kernel_setup_0(void)
{
    setup(0);
}

void kernel_setup_1(void)
{
    setup(1);
}

static void put_walk(void)
{
    for (int i = 0; i < CALLS; i++)
        expect_success(kernel_put(vm, FIRST_LIOBN, iobas[i], tces[i]));
}

double kernel_put_iterate(int64_t ns)
{
    return measure_walk(put_walk, ns);
}

static int64_t timed_pass(const uint64_t *words)
{
    int64_t start = wall_ns();

    for (int i = 0; i < WINDOW_PAGES; i++)
        expect_success(kernel_put(vm, FIRST_LIOBN, permutation[i] << PAGE_SHIFT, words[i]));
    return wall_ns() - start;
}

/*
 * Passes that map the whole empty window and passes that unmap it take turns. The CPU time of both is split in the ratio of the
 * times that passed: the clock that passes is cheap to read between passes, the CPU's own is not.
 */
static double phase_iterate(int64_t ns, bool mapping)
{
    static const uint64_t zeros[WINDOW_PAGES];
    int64_t start = thread_ns();
    int64_t spent[2] = {0, 0};
    double passes = 0;

    while (spent[0] + spent[1] < ns) {
        spent[0] += timed_pass(tces + ((int64_t)passes & 1) * WINDOW_PAGES);
        spent[1] += timed_pass(zeros);
        passes++;
    }
    double share = (double)spent[mapping ? 0 : 1] / (double)(spent[0] + spent[1]);
    return (double)(thread_ns() - start) * share / (passes * WINDOW_PAGES);
}

double kernel_map_iterate(int64_t ns)
{
    return phase_iterate(ns, true);
}

double kernel_unmap_iterate(int64_t ns)
{
    return phase_iterate(ns, false);
}
