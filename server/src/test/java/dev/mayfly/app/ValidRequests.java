package dev.mayfly.app;

import dev.mayfly.api.Route;
import dev.mayfly.app.Things.Request;
import dev.mayfly.digest.Sha256;
import dev.mayfly.page.Assets;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** A valid request for each route, for things that are new. */
final class ValidRequests {

    private final Map<String, Maker> makers = new TreeMap<>();

    /** Makes a request for things of some name. */
    interface Maker {
        Request make(Things things) throws Exception;
    }

    ValidRequests() {
        ValidMlflowRequests.into(makers);
        administration();
        pipelines();
        accounts();
        packages();
    }

    /** The request for a route, or for that which it is another address of. */
    Request of(Route<?, ?> route, Things things) throws Exception {
        String own = route.toString();
        boolean isAlias = !makers.containsKey(own);
        Maker maker = makers.get(isAlias ? own.replace("/ajax-api/2.0/", "/api/2.0/") : own);
        if (maker == null) {
            throw new IllegalStateException("no valid request for " + route + ": a new route needs one here");
        }
        Request request = maker.make(things);
        return isAlias
                ? new Request(request.method(), request.path().replace("/api/2.0/", "/ajax-api/2.0/"), request.body())
                : request;
    }

    private void any(String method, String route, Maker maker) {
        makers.put(method + " " + route, maker);
    }

    private static Request get(String path) {
        return new Request("GET", path, "");
    }

    private void pages() {
        String challenge = "0".repeat(43);
        String asked = "port=12345&state=" + "0".repeat(16) + "&challenge=" + challenge + "&host=h";
        any("GET", "/assets/{file}", of -> get(Assets.url("mayfly.css")));
        any("GET", "/me", of -> get("/me"));
        any("GET", "/sign-in", of -> get("/sign-in"));
        any("POST", "/sign-in", of -> new Request("POST", "/sign-in", "name=%00&password=x"));
        any("GET", "/sign-in/provider", of -> get("/sign-in/provider"));
        any("GET", "/sign-in/callback", of -> get("/sign-in/callback"));
        any("GET", "/sign-in/command-line", of -> get("/sign-in/command-line?" + asked));
        any("POST", "/sign-in/command-line", of -> new Request("POST", "/sign-in/command-line", asked));
        any("POST", "/sign-out", of -> new Request("POST", "/sign-out", "x=y"));
        any(
                "POST",
                "/api/v1/tokens/exchange",
                of -> new Request("POST", "/api/v1/tokens/exchange", "{\"code\":\"c\",\"verifier\":\"v\"}"));
    }

    private void site() {
        any("GET", "/", of -> get("/"));
        any("GET", "/search", of -> get("/search?q=mine"));
        any("GET", "/events", of -> get("/events?run=" + of.pipelineRun(of.pipeline())));
        any("GET", "/editor", of -> get("/editor?pipeline=" + of.pipeline()));
        any("POST", "/language", of -> new Request("POST", "/language", "language=ru&to=%2Fruns"));
        for (String path :
                new String[] {"pipelines", "runs", "clusters", "capacity", "models", "experiments", "packages", "audit"
                }) {
            any("GET", "/" + path, of -> get("/" + path));
        }
        String pipeline = "/pipelines/{pipeline}";
        any("GET", pipeline, of -> get("/pipelines/" + of.pipeline()));
        any("POST", pipeline + "/runs", of -> new Request("POST", "/pipelines/" + of.pipeline() + "/runs", "x=y"));
        any(
                "POST",
                pipeline + "/backfill",
                of -> new Request(
                        "POST",
                        "/pipelines/" + of.pipeline() + "/backfill",
                        "from=2026-01-01&to=2026-01-03&again=none"));
        any("POST", pipeline + "/pause", of -> new Request("POST", "/pipelines/" + of.pipeline() + "/pause", "x=y"));
        any("POST", pipeline + "/resume", of -> new Request("POST", "/pipelines/" + of.pipeline() + "/resume", "x=y"));
        any(
                "POST",
                pipeline + "/slices",
                of -> new Request("POST", "/pipelines/" + withSlice(of) + "/slices", "slice=1&to=skipped"));
        any("POST", "/editor", of -> {
            String text = URLEncoder.encode(of.pipelineText(of.name()), StandardCharsets.UTF_8);
            return new Request("POST", "/editor", "pipeline=&text=" + text);
        });
        any("GET", "/runs/{run}", of -> get("/runs/" + of.pipelineRun(of.pipeline())));
        String log = "/runs/{run}/logs/{task}/{attempt}/{log}";
        any("GET", log, of -> get("/runs/" + of.pipelineRun(of.pipeline()) + "/logs/t/1/driver"));
        any(
                "POST",
                "/runs/{run}/cancel",
                of -> new Request("POST", "/runs/" + of.pipelineRun(of.pipeline()) + "/cancel", "reason=r"));
        any(
                "POST",
                "/runs/{run}/retry",
                of -> new Request("POST", "/runs/" + of.cancelled(of.pipeline()) + "/retry", "from="));
        any("GET", "/models/{model}", of -> get("/models/" + of.model()));
        any(
                "POST",
                "/models/{model}/promote",
                of -> new Request("POST", "/models/" + of.modelWithChampions() + "/promote", "version=1&reason=r"));
        any(
                "POST",
                "/models/{model}/rollback",
                of -> new Request("POST", "/models/" + of.modelWithChampions() + "/rollback", "reason=r"));
        any("GET", "/experiments/{experiment}", of -> get("/experiments/" + of.experiment()));
        any("GET", "/tracking/{tracking_run}", of -> get("/tracking/" + of.run()));
        any("GET", "/compare", of -> get("/compare?run=" + of.run()));
        any("GET", "/packages/{kind}/{package}", of -> get("/packages/script/" + of.script()));
    }

    private void administration() {
        any("GET", "/version", of -> get("/version"));
        for (String prefix : new String[] {"/api", "/ajax-api"}) {
            any("GET", prefix + "/3.0/mlflow/server-info", of -> get(prefix + "/3.0/mlflow/server-info"));
        }
        any("GET", "/health", of -> get("/health"));
        pages();
        site();
        for (String path : new String[] {"openapi.json", "status", "clusters", "clusters/orphans", "pipeline-schema"}) {
            any("GET", "/api/v1/" + path, of -> get("/api/v1/" + path));
        }
        any("POST", "/api/v1/purge", of -> new Request("POST", "/api/v1/purge?older_than=30d&dry_run=true", ""));
        any("DELETE", "/api/v1/clusters/{name}", of -> new Request("DELETE", "/api/v1/clusters/none", ""));
    }

    private void packages() {
        String all = "/api/v1/packages";
        String version = all + "/{kind}/{name}/{version}";
        any("GET", all, of -> get(all));
        any("GET", all + "/{kind}/{name}", of -> get(all + "/script/" + of.script()));
        any(
                "PUT",
                version + "/{file}",
                of -> new Request("PUT", all + "/script/" + of.name() + "/1.0/train.py", "a = 1"));
        any("GET", version + "/{file}", of -> get(all + "/script/" + of.script() + "/1.0/train.py"));
        any(
                "POST",
                version + "/yank",
                of -> new Request("POST", all + "/script/" + of.script() + "/1.0/yank?reason=r", ""));
        any("POST", version + "/unyank", of -> new Request("POST", all + "/script/" + of.script() + "/1.0/unyank", ""));
        any("DELETE", version, of -> new Request("DELETE", all + "/script/" + of.script() + "/1.0", ""));
        any("GET", "/simple", of -> get("/simple/"));
        any("GET", "/simple/{project}", of -> get("/simple/" + of.wheel() + "/"));
        any("GET", "/simple/{project}/{file}", of -> {
            String name = of.wheel();
            return get("/simple/" + name + "/" + Things.wheelFile(name));
        });
        any("POST", "/legacy", of -> new Request("POST", "/legacy/", Things.uploadForm(of.name())));
    }

    private void pipelines() {
        String all = "/api/v1/pipelines";
        any("GET", all, of -> get(all));
        any("POST", all, of -> new Request("POST", all, of.pipelineText(of.name())));
        any("POST", all + "/files", of -> new Request("POST", all + "/files", of.pipelineText(of.name())));
        any("PUT", all + "/files/{digest}/{name}", of -> {
            String text = "# " + of.name();
            return new Request("PUT", all + "/files/" + Sha256.of(text) + "/helpers.py", text);
        });
        any("GET", all + "/{name}", of -> get(all + "/" + of.pipeline()));
        any("DELETE", all + "/{name}", of -> new Request("DELETE", all + "/" + of.pipeline(), ""));
        any("POST", all + "/{name}/pause", of -> new Request("POST", all + "/" + of.pipeline() + "/pause", ""));
        any("POST", all + "/{name}/resume", of -> new Request("POST", all + "/" + of.pipeline() + "/resume", ""));
        any("POST", all + "/{name}/runs", of -> new Request("POST", all + "/" + of.pipeline() + "/runs", "{}"));
        any(
                "POST",
                all + "/{name}/backfill",
                of -> new Request(
                        "POST",
                        all + "/" + of.pipeline() + "/backfill",
                        "{\"from\":\"2026-01-01\",\"to\":\"2026-01-03\"}"));
        any("GET", all + "/{name}/slices", of -> get(all + "/" + of.pipeline() + "/slices"));
        any("GET", all + "/{name}/slices/{number}", of -> get(all + "/" + withSlice(of) + "/slices/1"));
        any(
                "POST",
                all + "/{name}/slices/{number}/skip",
                of -> new Request("POST", all + "/" + withSlice(of) + "/slices/1/skip", ""));
        any("POST", all + "/{name}/slices/{number}/retry", of -> {
            String name = withSlice(of);
            of.post(all + "/" + name + "/slices/1/skip", "");
            return new Request("POST", all + "/" + name + "/slices/1/retry", "");
        });
        String runs = "/api/v1/runs";
        any("GET", runs, of -> get(runs));
        any("GET", runs + "/{run}", of -> get(runs + "/" + of.pipelineRun(of.pipeline())));
        any("GET", runs + "/{run}/logs", of -> get(runs + "/" + of.pipelineRun(of.pipeline()) + "/logs"));
        any(
                "GET",
                runs + "/{run}/logs/{task}/{attempt}/{log}",
                of -> get(runs + "/" + of.pipelineRun(of.pipeline()) + "/logs/t/1/driver"));
        any(
                "POST",
                runs + "/{run}/cancel",
                of -> new Request("POST", runs + "/" + of.pipelineRun(of.pipeline()) + "/cancel", ""));
        any(
                "POST",
                runs + "/{run}/retry",
                of -> new Request("POST", runs + "/" + of.cancelled(of.pipeline()) + "/retry", ""));
        String models = "/api/v1/models";
        any("GET", models, of -> get(models));
        any("GET", models + "/{name}", of -> get(models + "/" + of.model()));
        any(
                "POST",
                models + "/{name}/promote",
                of -> new Request(
                        "POST",
                        models + "/" + of.modelWithChampions() + "/promote",
                        "{\"version\":1,\"reason\":\"r\"}"));
        any("POST", models + "/{name}/protect", of -> new Request("POST", models + "/" + of.model() + "/protect", ""));
        any(
                "POST",
                models + "/{name}/rollback",
                of -> new Request("POST", models + "/" + of.modelWithChampions() + "/rollback", "{\"reason\":\"r\"}"));
    }

    private static String withSlice(Things of) throws Exception {
        String name = of.pipeline();
        of.cancelled(name);
        return name;
    }

    private void accounts() {
        String all = "/api/v1/accounts";
        any("GET", all, of -> get(all));
        any("POST", all, of -> new Request("POST", all, "{\"name\":\"" + of.name() + "\"}"));
        any("GET", all + "/{name}", of -> get(all + "/" + of.account()));
        any("DELETE", all + "/{name}", of -> new Request("DELETE", all + "/" + of.account(), ""));
        any("POST", all + "/{name}/disable", of -> new Request("POST", all + "/" + of.account() + "/disable", ""));
        any("POST", all + "/{name}/enable", of -> new Request("POST", all + "/" + of.account() + "/enable", ""));
        any(
                "POST",
                all + "/{name}/grant",
                of -> new Request("POST", all + "/" + of.account() + "/grant", "{\"right\":\"editor\"}"));
        any(
                "POST",
                all + "/{name}/revoke",
                of -> new Request("POST", all + "/" + of.account() + "/revoke", "{\"right\":\"viewer\"}"));
        any("POST", all + "/{name}/link", of -> new Request("POST", all + "/" + of.account() + "/link", ""));
        any("POST", all + "/{name}/password", of -> new Request("POST", all + "/" + of.account() + "/password", "{}"));
        any("GET", "/api/v1/audit", of -> get("/api/v1/audit"));
        any("GET", "/api/v1/whoami", of -> get("/api/v1/whoami"));
        String tokens = "/api/v1/tokens";
        any("GET", tokens, of -> get(tokens));
        any("POST", tokens, of -> new Request("POST", tokens, "{\"purpose\":\"p\"}"));
        any("DELETE", tokens + "/{id}", of -> new Request("DELETE", tokens + "/" + of.tokenOf(of.account()), ""));
    }
}
