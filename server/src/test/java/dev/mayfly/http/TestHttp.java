package dev.mayfly.http;

import dev.mayfly.access.Actor;
import dev.mayfly.access.Guard;
import dev.mayfly.access.Owners;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** What tests that serve requests need. */
public final class TestHttp {

    /** Any free port of this machine. */
    public static final HttpConfig CONFIG = new HttpConfig(
            new HttpConfig.Listen("127.0.0.1", 0),
            Optional.empty(),
            List.of(),
            HttpConfig.Exposure.PRIVATE,
            List.of(),
            Optional.empty());

    private TestHttp() {}

    /** Every request is somebody's, who may do what their grants for everything allow. */
    public static HttpServer.Access access(Supplier<Actor> sender) {
        return access(sender, Owners.of(Map.of()));
    }

    public static HttpServer.Access access(Supplier<Actor> sender, Owners owners) {
        return new HttpServer.Access(
                (right, request) -> sender.get(),
                new Guard(owners, Clock.systemUTC()),
                (actor, route, path, why) -> {});
    }
}
