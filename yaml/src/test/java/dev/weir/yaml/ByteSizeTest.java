package dev.weir.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.model.WeirException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTest {
  @ParameterizedTest
  @CsvSource({
    "0,0,0",
    "10B,10B,10",
    "1.5KB,1536B,1536",
    "512MB,512MB,536870912",
    "2GiB,2GB,2147483648",
    "1EB,1EB,1152921504606846976"
  })
  void readsPowersOf1024(String text, String canonical, long bytes) {
    assertEquals(bytes, ByteSize.parse(text));
    assertEquals(canonical, ByteSize.format(bytes));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "10", "MB", "-1MB", "10mb", "10 MB", "1XB", "16EB", "1e3B", "NaNB"})
  void refusesWhatIsNoSize(String text) {
    assertThrows(WeirException.BadData.class, () -> ByteSize.parse(text));
  }
}
