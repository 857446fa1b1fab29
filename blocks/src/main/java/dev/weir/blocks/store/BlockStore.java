package dev.weir.blocks.store;

import java.nio.file.Path;
import java.util.List;

/// Where block files are: immutable objects with names like paths. Safe for use by many threads and
/// many processes.
///
/// An object is visible whole or not at all, and once visible it stays as it is until it is
/// deleted.
public interface BlockStore {
  /// The objects whose names start with the prefix, in order of names. Objects that are published
  /// or deleted meanwhile may be in it or not.
  ///
  /// @throws dev.weir.model.WeirException.Unavailable if the store does not answer
  List<StoredBlock> list(String prefix);

  /// Whether there is an object of that name.
  ///
  /// @throws dev.weir.model.WeirException.Unavailable if the store does not answer
  default boolean has(String name) {
    return list(name).stream().anyMatch(stored -> stored.name().equals(name));
  }

  /// Exactly `length` bytes of an object.
  ///
  /// @throws dev.weir.model.WeirException.Unavailable if the object is gone or the store does not
  ///   answer
  /// @throws dev.weir.model.WeirException.Corrupt if the object ends before
  byte[] read(String name, long offset, int length);

  /// Makes a copy of the file visible under the name, durably, unless there is an object of that
  /// name. Of several that publish under one name exactly one gets true. The file stays.
  ///
  /// @throws dev.weir.model.WeirException.Unavailable if the store does not answer; then the object
  ///   may be there or not, and whoever publishes again and gets false goes on from what is there
  boolean publish(String name, Path file);

  /// Removes an object. False if there was none.
  ///
  /// @throws dev.weir.model.WeirException.Unavailable if the store does not answer
  boolean delete(String name);

  /// Removes what publications left behind that were broken off long ago. Readers never see it.
  ///
  /// @throws dev.weir.model.WeirException.Unavailable if the store does not answer
  default void removeAbandoned() {}

  /// How many reads are worth being under way at once: more than one where an answer travels.
  default int readsAtOnce() {
    return 1;
  }
}
