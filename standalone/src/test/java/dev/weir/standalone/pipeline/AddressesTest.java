package dev.weir.standalone.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.service.http.ListenAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressesTest {
  @ParameterizedTest
  @CsvSource({
    "localhost:9090,                    , http://localhost:9090",
    ":9090,                             , http://metrics-1:9090",
    "0.0.0.0:9090,                      , http://metrics-1:9090",
    "10.0.0.7:9090,                     , http://10.0.0.7:9090",
    "localhost:9090, metrics.example:80, http://metrics.example:80",
    ":9090,          '[fd00::7]:9090',   'http://[fd00::7]:9090'"
  })
  void membersAreToldWhatWasGivenForThem(String listen, String advertised, String told) {
    assertEquals(told, addresses(listen, advertised).forMembers().toString());
  }

  @ParameterizedTest
  @CsvSource({
    "localhost:9093,                     , kafka-1:9092,   true",
    "127.0.0.1:9093,                     , kafka-1:9092,   true",
    "'[::1]:9093',                       , kafka-1:9092,   true",
    "localhost:9093,                     , localhost:9092, false",
    "localhost:9093,                     , 127.0.0.1:9092, false",
    ":9093,                              , kafka-1:9092,   false",
    "localhost:9093, metrics.example:9093, kafka-1:9092,   false"
  })
  void aLoopbackAddressMisleadsThoseWhoShareBrokersElsewhere(
      String listen, String advertised, String broker, boolean misleads) {
    assertEquals(misleads, addresses(listen, advertised).mislead(List.of(broker)));
  }

  private static Addresses addresses(String listen, String advertised) {
    return new Addresses(
        "metrics-1",
        ListenAddress.parse(listen),
        Optional.ofNullable(advertised).map(ListenAddress::parse));
  }
}
