/* Rows of the kernel-like handler: without a group, and with one in three phases. */
#ifndef KERNEL_ROWS_H
#define KERNEL_ROWS_H

#include <stdint.h>

#include "kernel.h"

/* A VM with one LIOBN that every page of is resident; `groups` is 0 or 1. */
struct vm *kernel_vm(int groups);

void kernel_setup_0(void);
void kernel_setup_1(void);
double kernel_put_iterate(int64_t ns);
double kernel_map_iterate(int64_t ns);
double kernel_unmap_iterate(int64_t ns);

#endif
