/**
 * Snapshots of a VM's windows: what a VMM saves, or sends to another host, of the TCE tables.
 *
 * <p>{@link io.vfiotce.snapshot.SnapshotWriter} takes one in rounds while vCPUs run, {@link
 * io.vfiotce.snapshot.SnapshotFile} puts it into a file, {@link io.vfiotce.snapshot.TableSnapshot} reads it and brings it
 * into a VM. The form is {@link io.vfiotce.snapshot.SnapshotDescriptor}; the same in words is in {@code
 * core/docs/snapshot-format.md}.
 *
 * <pre>{@code
 * try (SnapshotFile file = new SnapshotFile(path);
 *         SnapshotWriter writer = new SnapshotWriter(vm, file.stream())) {
 *     long pages = writer.round();
 *     while (pages > 100) { // or as often as the VMM likes: a busy guest never gets below
 *         pages = writer.round();
 *     }
 *     stopVcpus();
 *     writer.finish();
 *     file.commit();
 * }
 * try (TableSnapshot snapshot = TableSnapshot.read(path, TableSnapshot.DEFAULT_LIMIT_BYTES)) {
 *     snapshot.restoreTo(otherVm); // which has the same windows
 * }
 * }</pre>
 */
package io.vfiotce.snapshot;
