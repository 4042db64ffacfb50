#include "streams.h"

#include <inttypes.h>
#include <stdio.h>

#include "random.h"

#define SEED UINT64_C(20261122)

uint64_t iobas[CALLS];
uint64_t tces[CALLS];
uint64_t permutation[WINDOW_PAGES];

void streams_fill(void)
{
    struct random places = {SEED};
    struct random pages = {SEED + 1};
    struct random order = {SEED};

    for (int i = 0; i < CALLS; i++) {
        iobas[i] = random_below(&places, WINDOW_PAGES) << PAGE_SHIFT;
        tces[i] = random_below(&pages, RAM_BYTES >> PAGE_SHIFT) << PAGE_SHIFT | 3;
    }
    for (int i = 0; i < WINDOW_PAGES; i++)
        permutation[i] = (uint64_t)i;
    for (uint32_t i = WINDOW_PAGES - 1; i > 0; i--) {
        uint32_t other = random_int_below(&order, i + 1);
        uint64_t page = permutation[i];

        permutation[i] = permutation[other];
        permutation[other] = page;
    }
}

void streams_liobns(uint64_t liobns[CALLS], uint64_t tables)
{
    struct random random = {SEED + 2};

    for (int i = 0; i < CALLS; i++)
        liobns[i] = FIRST_LIOBN + random_below(&random, tables);
}

static void print(const char *name, const uint64_t *numbers, int count)
{
    printf("%s", name);
    for (int i = 0; i < count; i++)
        printf(" %" PRIu64, numbers[i]);
    printf("\n");
}

void streams_print(void)
{
    /* The last one refuses every other draw. */
    static const uint64_t bounds[] = {1, 3, 1000, (UINT64_C(1) << 62) + 1};
    uint64_t numbers[CALLS];

    streams_fill();
    print("iobas", iobas, CALLS);
    print("tces", tces, CALLS);
    print("permutation", permutation, WINDOW_PAGES);
    streams_liobns(numbers, 64);
    print("liobns", numbers, CALLS);
    for (unsigned i = 0; i < sizeof bounds / sizeof bounds[0]; i++) {
        struct random random = {SEED};

        for (int j = 0; j < CALLS; j++)
            numbers[j] = random_below(&random, bounds[i]);
        print("below", numbers, CALLS);
    }
}
