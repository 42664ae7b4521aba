package dev.mayfly.mlflow;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Handler;
import java.util.List;

/** Where routes are put: each under both of MLflow's prefixes. */
final class Api {

    private static final List<String> PREFIXES = List.of("/api/2.0/", "/ajax-api/2.0/");

    private final RoutesConfig routes;

    Api(RoutesConfig routes) {
        this.routes = routes;
    }

    /** Answers the fields of a request with a reply. */
    interface Answer {
        Object answer(Fields fields);
    }

    void get(String path, Answer answer) {
        PREFIXES.forEach(prefix -> routes.get(prefix + "mlflow/" + path, json(answer)));
    }

    void post(String path, Answer answer) {
        PREFIXES.forEach(prefix -> routes.post(prefix + "mlflow/" + path, json(answer)));
    }

    void patch(String path, Answer answer) {
        PREFIXES.forEach(prefix -> routes.patch(prefix + "mlflow/" + path, json(answer)));
    }

    void delete(String path, Answer answer) {
        PREFIXES.forEach(prefix -> routes.delete(prefix + "mlflow/" + path, json(answer)));
    }

    Artifacts artifacts() {
        return new Artifacts();
    }

    /** The artifact proxy's routes, which carry bytes. */
    final class Artifacts {

        void get(String path, Handler handler) {
            PREFIXES.forEach(prefix -> routes.get(prefix + "mlflow-artifacts/" + path, handler));
        }

        void put(String path, Handler handler) {
            PREFIXES.forEach(prefix -> routes.put(prefix + "mlflow-artifacts/" + path, handler));
        }

        void delete(String path, Handler handler) {
            PREFIXES.forEach(prefix -> routes.delete(prefix + "mlflow-artifacts/" + path, handler));
        }

        void post(String path, Handler handler) {
            PREFIXES.forEach(prefix -> routes.post(prefix + "mlflow-artifacts/" + path, handler));
        }
    }

    private static Handler json(Answer answer) {
        return request -> request.contentType("application/json").result(Wire.write(answer.answer(Fields.of(request))));
    }
}
