package dev.weir.service.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.junit.jupiter.api.Test;

class RouterTest {
  private static final HttpHandler NOTHING = request -> HttpResponse.empty(204);

  private final Router router =
      new Router()
          .get("/", NOTHING)
          .get("/api/v1/{kind}", NOTHING)
          .get("/api/v1/query", NOTHING)
          .post("/api/v1/query", NOTHING)
          .get("/static/{file...}", NOTHING);

  private String route(String method, String path) {
    return router.match(method, path).pattern();
  }

  @Test
  void prefersLiteralSegments() {
    assertEquals("/api/v1/query", route("GET", "/api/v1/query"));
    assertEquals("/api/v1/{kind}", route("GET", "/api/v1/labels"));
    assertEquals("/", route("GET", "/"));
  }

  @Test
  void aRestTakesAllThatRemains() {
    assertEquals(
        Map.of("file", "css/app.css"), router.match("GET", "/static/css/app.css").pathParameters());
  }

  @Test
  void tellsUnknownPathsFromMethodsThatAreNotAllowed() {
    assertEquals(404, assertThrows(HttpError.class, () -> route("GET", "/api")).status());
    HttpError error = assertThrows(HttpError.class, () -> route("PUT", "/api/v1/query"));
    assertEquals(405, error.status());
    assertEquals("PUT is not allowed here; use [GET, POST]", error.getMessage());
  }

  @Test
  void refusesASecondHandlerForARoute() {
    assertThrows(IllegalStateException.class, () -> router.get("/api/v1/query", NOTHING));
  }

  @Test
  void whatComesLaterIsAnsweredWhenTheRouterIsOpened() {
    Router router = new Router();
    router.get("/-/healthy", _ -> HttpResponse.text(200, "Weir is healthy.\n"));
    router.hold(() -> "Weir is not ready: starting the broker");
    router.get("/api/v1/query", _ -> HttpResponse.text(200, "up"));

    assertEquals("/-/healthy", router.match("GET", "/-/healthy").pattern());
    for (String path : new String[] {"/api/v1/query", "/-/ready", "/"}) {
      HttpError early = assertThrows(HttpError.class, () -> router.match("GET", path));
      assertEquals(503, early.status());
      assertEquals("Weir is not ready: starting the broker", early.getMessage());
    }

    router.open();
    assertEquals("/api/v1/query", router.match("GET", "/api/v1/query").pattern());
    assertEquals(
        404, assertThrows(HttpError.class, () -> router.match("GET", "/-/ready")).status());
  }
}
