package io.vfiotce.vfio.type1;

import io.vfiotce.iommu.DmaRange;
import io.vfiotce.linux.IoctlArgument;
import io.vfiotce.vfio.DmaAvailCapLayout;
import io.vfiotce.vfio.InfoCapHeaderLayout;
import io.vfiotce.vfio.IovaRangeCapLayout;
import io.vfiotce.vfio.IovaRangeLayout;
import io.vfiotce.vfio.MigrationCapLayout;
import io.vfiotce.vfio.StructField;

/**
 * The chain of capabilities behind the answer of GET_INFO: migration, mappings available and, if anything limits the
 * addresses, the ranges that can be mapped. Each starts at a multiple of 8.
 *
 * @threads any
 * @source Linux vfio_info_cap_add(), vfio_info_cap_shift()
 */
final class Type1Capabilities {
    private static final short VERSION = 1;
    private static final int MIGRATION_BYTES = aligned(MigrationCapLayout.STRUCT.sizeBytes());
    private static final int DMA_AVAIL_BYTES = aligned(DmaAvailCapLayout.STRUCT.sizeBytes());

    private Type1Capabilities() {}

    private static int aligned(final int bytes) {
        return bytes + Long.BYTES - 1 & -Long.BYTES;
    }

    /**
     * Size of the chain.
     *
     * @param info what it tells
     * @return bytes
     */
    static int sizeBytes(final Type1Info info) {
        final int ranges = info.iovaRanges().size();
        return MIGRATION_BYTES
                + DMA_AVAIL_BYTES
                + (ranges == 0
                        ? 0
                        : IovaRangeCapLayout.STRUCT.sizeBytes() + ranges * IovaRangeLayout.STRUCT.sizeBytes());
    }

    /**
     * Writes the chain.
     *
     * @param argument where, with room for all of it
     * @param first where the first capability starts
     * @param info what to tell
     */
    static void write(final IoctlArgument argument, final int first, final Type1Info info) {
        final int dmaAvail = first + MIGRATION_BYTES;
        final int iovaRange = info.iovaRanges().isEmpty() ? 0 : dmaAvail + DMA_AVAIL_BYTES;

        final StructField migration = header(argument, first, MigrationCapLayout.ID, dmaAvail);
        MigrationCapLayout.FLAGS.in(migration).int32(argument, 0);
        argument.int32(first + StructField.offsetOfEnd(MigrationCapLayout.FLAGS), 0);
        MigrationCapLayout.PGSIZE_BITMAP.in(migration).int64(argument, info.dirtyPageSizes());
        MigrationCapLayout.MAX_DIRTY_BITMAP_SIZE.in(migration).int64(argument, info.maxDirtyBitmapBytes());

        final StructField available = header(argument, dmaAvail, DmaAvailCapLayout.ID, iovaRange);
        DmaAvailCapLayout.AVAIL.in(available).int32(argument, info.dmaAvailable());
        argument.int32(dmaAvail + StructField.offsetOfEnd(DmaAvailCapLayout.AVAIL), 0);

        if (iovaRange != 0) {
            writeRanges(argument, iovaRange, info);
        }
    }

    private static void writeRanges(final IoctlArgument argument, final int offset, final Type1Info info) {
        final StructField ranges = header(argument, offset, IovaRangeCapLayout.ID, 0);
        IovaRangeCapLayout.NR_IOVAS.in(ranges).int32(argument, info.iovaRanges().size());
        IovaRangeCapLayout.RESERVED.in(ranges).int32(argument, 0);
        int next = IovaRangeCapLayout.IOVA_RANGES.in(ranges).offset();
        for (final DmaRange range : info.iovaRanges()) {
            argument.int64(next + IovaRangeLayout.START.offset(), range.first());
            argument.int64(next + IovaRangeLayout.END.offset(), range.last());
            next += IovaRangeLayout.STRUCT.sizeBytes();
        }
    }

    private static StructField header(final IoctlArgument argument, final int offset, final short id, final int next) {
        argument.int16(offset + InfoCapHeaderLayout.ID.offset(), id);
        argument.int16(offset + InfoCapHeaderLayout.VERSION.offset(), VERSION);
        argument.int32(offset + InfoCapHeaderLayout.NEXT.offset(), next);
        return new StructField("capability", offset, 0);
    }
}
