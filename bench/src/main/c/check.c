#include "check.h"

#include <inttypes.h>
#include <stdio.h>

#include "kernel_rows.h"
#include "qemu.h"
#include "streams.h"

static int wrong;

static void expect(const char *what, uint64_t expected, uint64_t actual)
{
    if (expected == actual)
        return;
    wrong++;
    printf("%s: expected 0x%" PRIx64 ", found 0x%" PRIx64 "\n", what, expected, actual);
}

static void expect_status(const char *what, long expected, long actual)
{
    expect(what, (uint64_t)expected, (uint64_t)actual);
}

static void check_kernel_without_group(void)
{
    struct vm *vm = kernel_vm(0);

    expect_status("put of zero into a missing page", H_SUCCESS, kernel_put(vm, FIRST_LIOBN, 0x1000, 0));
    expect("is not stored", 0, (uint64_t)(vm->tables->pages[0] != NULL));
    expect_status("put", H_SUCCESS, kernel_put(vm, FIRST_LIOBN, 0x1000, 0x2003));
    expect("guest view", 0x2003, vm->tables->pages[0][1]);
    expect_status("put of poison", H_SUCCESS, kernel_put(vm, FIRST_LIOBN, 0x1000, 0x800));
    expect("poison in the guest view", 0x800, vm->tables->pages[0][1]);
    expect_status("last entry", H_SUCCESS, kernel_put(vm, FIRST_LIOBN, 0x1ff000, 0x1001));
    expect_status("after the last entry", H_PARAMETER, kernel_put(vm, FIRST_LIOBN, 0x200000, 0x1001));
    expect_status("misaligned ioba", H_PARAMETER, kernel_put(vm, FIRST_LIOBN, 0x1001, 0x2003));
    expect_status("bits below the page", H_TOO_HARD, kernel_put(vm, FIRST_LIOBN, 0x1000, 0x2803));
    expect_status("no guest memory", H_TOO_HARD, kernel_put(vm, FIRST_LIOBN, 0x1000, RAM_BYTES | 3));
    expect_status("unknown LIOBN", H_TOO_HARD, kernel_put(vm, FIRST_LIOBN + 1, 0x1000, 0x2003));
    expect("guest view after refused calls", 0x800, vm->tables->pages[0][1]);
}

static void check_kernel_with_group(void)
{
    struct vm *vm = kernel_vm(1);
    struct iommu_table *table = vm->tables->links->table;
    struct region *region = vm->regions;
    uint64_t user_address = region->user_address;
    uint64_t host_address = region->host_addresses[0];

    expect_status("map", H_SUCCESS, kernel_put(vm, FIRST_LIOBN, 0x1000, 0x2003));
    expect("mapped word", host_address + 0x2003, big_endian(table->base[1]));
    expect("mapped user address", user_address + 0x2000, big_endian(table->user_base[1]));
    expect("count after map", 2, (uint64_t)region->mapped);
    expect_status("remap", H_SUCCESS, kernel_put(vm, FIRST_LIOBN, 0x1000, 0x13001));
    expect("remapped word", region->host_addresses[1] + 0x3001, big_endian(table->base[1]));
    expect("remapped user address", user_address + 0x13000, big_endian(table->user_base[1]));
    expect("count after remap", 2, (uint64_t)region->mapped);
    expect("guest view after remap", 0x13001, vm->tables->pages[0][1]);
    expect_status("unmap", H_SUCCESS, kernel_put(vm, FIRST_LIOBN, 0x1000, 0));
    expect("unmapped word", 0, table->base[1]);
    expect("unmapped user address", 0, table->user_base[1]);
    expect("count after unmap", 1, (uint64_t)region->mapped);
    expect_status("unmap of empty", H_SUCCESS, kernel_put(vm, FIRST_LIOBN, 0x1000, 0));
    expect("count stays", 1, (uint64_t)region->mapped);
    expect_status("write-only", H_SUCCESS, kernel_put(vm, FIRST_LIOBN, 0x1000, 0x4002));
    expect("is readable too", host_address + 0x4003, big_endian(table->base[1]));
    region->mapped = 0;
    expect_status("region going away", H_TOO_HARD, kernel_put(vm, FIRST_LIOBN, 0x2000, 0x4003));
    region->mapped = 2;
    region->pages /= 2;
    expect_status("not registered", H_TOO_HARD, kernel_put(vm, FIRST_LIOBN, 0x2000, RAM_BYTES - 0x1000 + 3));
    expect("nothing mapped", 0, table->base[2]);
}

static void check_qemu(void)
{
    struct qemu_table *first = qemu_add_table(FIRST_LIOBN);
    struct qemu_table *second = qemu_add_table(FIRST_LIOBN + 1);

    expect_status("put, misaligned", H_SUCCESS, qemu_put(FIRST_LIOBN, 0x1001, 0x2803));
    expect("raw word", 0x2803, first->words[1]);
    expect("maps told", 1, first->notifiers->maps);
    expect_status("put of poison", H_SUCCESS, qemu_put(FIRST_LIOBN, 0x1000, 0x800));
    expect("unmaps told", 1, first->notifiers->unmaps);
    expect("others are not told", 0, second->notifiers->maps + second->notifiers->unmaps);
    expect_status("after the last entry", H_PARAMETER, qemu_put(FIRST_LIOBN, 0x200000, 0x1001));
    expect_status("unknown LIOBN", H_PARAMETER, qemu_put(FIRST_LIOBN + 2, 0x1000, 0x1001));
    expect_status("LIOBN of more than 32 bits", H_PARAMETER, qemu_put(FIRST_LIOBN << 1, 0x1000, 0x1001));
}

int check_behaviour(void)
{
    check_kernel_without_group();
    check_kernel_with_group();
    check_qemu();
    return wrong != 0;
}
