#include <stdlib.h>

#include "measure.h"
#include "papr.h"
#include "qemu.h"
#include "streams.h"

#define TABLES 64

static uint64_t liobns[CALLS];

void qemu_setup(void)
{
    for (int i = 0; i < TABLES; i++)
        qemu_add_table(FIRST_LIOBN + (uint64_t)i);
    streams_liobns(liobns, TABLES);
}

static void put_walk(void)
{
    for (int i = 0; i < CALLS; i++) {
        if (qemu_put(liobns[i], iobas[i], tces[i]) != H_SUCCESS)
            abort();
    }
}

double qemu_put_iterate(int64_t ns)
{
    return measure_walk(put_walk, ns);
}
