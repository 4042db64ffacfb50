/* One row of the C peer, by name: a run is a fork. --list names them, --streams prints the inputs, --check the behaviour. */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "kernel_rows.h"
#include "limits.h"
#include "measure.h"
#include "qemu.h"
#include "streams.h"

static const struct row rows[] = {
    {"c.bareStore", 1, false, limits_setup, bare_store_iterate},
    {"c.exchange", 1, false, limits_setup, exchange_iterate},
    {"c.kernelPut:groups=0,call=remap", 1, true, kernel_setup_0, kernel_put_iterate},
    {"c.kernelPut:groups=1,call=map", 1, true, kernel_setup_1, kernel_map_iterate},
    {"c.kernelPut:groups=1,call=unmap", 1, true, kernel_setup_1, kernel_unmap_iterate},
    {"c.kernelPut:groups=1,call=remap", 1, true, kernel_setup_1, kernel_put_iterate},
    {"c.qemuPut:tables=64", 1, false, qemu_setup, qemu_put_iterate},
    {"c.fill:bytes=4096", 1, false, limits_setup, fill_4k_iterate},
    {"c.fill:bytes=65536", 1, false, limits_setup, fill_64k_iterate},
    {"c.copy:bytes=4096", 1, false, limits_setup, copy_4k_iterate},
    {"c.copy:bytes=65536", 1, false, limits_setup, copy_64k_iterate},
    {"c.pingPong", 2, false, limits_setup, ping_pong_iterate},
};
static const int row_count = (int)(sizeof rows / sizeof rows[0]);

static int run(const char *key)
{
    for (int i = 0; i < row_count; i++) {
        if (strcmp(rows[i].key, key) == 0) {
            measure_row(&rows[i]);
            return 0;
        }
    }
    fprintf(stderr, "no such row: %s\n", key);
    return 2;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: %s ROW|--list|--streams|--check\n", argv[0]);
        return 2;
    }
    if (strcmp(argv[1], "--list") == 0) {
        for (int i = 0; i < row_count; i++)
            printf("%s\n", rows[i].key);
        return 0;
    }
    if (strcmp(argv[1], "--streams") == 0) {
        streams_print();
        return 0;
    }
    if (strcmp(argv[1], "--check") == 0)
        return check_behaviour();
    return run(argv[1]);
}
