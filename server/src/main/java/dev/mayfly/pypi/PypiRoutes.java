package dev.mayfly.pypi;

import static dev.mayfly.api.Right.AUTHOR;
import static dev.mayfly.api.Right.VIEWER;
import static dev.mayfly.api.Target.Thing.PACKAGE;

import dev.mayfly.access.Actor;
import dev.mayfly.api.ErrorKind;
import dev.mayfly.api.Input;
import dev.mayfly.api.Method;
import dev.mayfly.api.Output;
import dev.mayfly.api.Permission;
import dev.mayfly.api.ResourceKind;
import dev.mayfly.api.Route;
import dev.mayfly.artifact.ArtifactStore;
import dev.mayfly.http.Routes;
import dev.mayfly.packages.PackageFile;
import dev.mayfly.packages.PackageIndex;
import dev.mayfly.packages.PackageKey;
import dev.mayfly.packages.PackageKind;
import dev.mayfly.problem.Refused;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code /simple} and {@code /legacy}. */
public final class PypiRoutes {

    private static final String FILE = "application/octet-stream";
    private static final String METADATA = ".metadata";

    private final PackageIndex index;

    public PypiRoutes(PackageIndex index) {
        this.index = index;
    }

    public void bind(Routes routes) {
        routes.bind(
                page("/simple", "The Python packages", VIEWER.scoped()),
                new Address(),
                (actor, read, request) -> projects(actor, request));
        routes.bind(
                page("/simple/{project}", "The files of a Python package", VIEWER.of(PACKAGE.in("project"))),
                new Address(),
                (actor, read, request) -> files(request));
        routes.bind(
                new Route<>(
                        Method.GET,
                        "/simple/{project}/{file}",
                        "A file of a Python package; with .metadata at its end, the core metadata of a wheel",
                        VIEWER.of(PACKAGE.in("project")),
                        Input.free(String.class, ""),
                        Output.bytes(FILE),
                        Set.of(ErrorKind.MISSING)),
                new Address(),
                (actor, read, request) -> file(request));
        routes.bind(
                new Route<>(
                        Method.POST,
                        "/legacy",
                        "Publishes a wheel or sdist, as uv and twine do",
                        AUTHOR.of(PACKAGE.in("name")),
                        Input.free(String.class, "multipart/form-data"),
                        Output.bytes("text/plain"),
                        Set.of(ErrorKind.ALREADY_EXISTS)),
                new UploadForm.Reader(index.incoming(), index.largest()),
                (actor, form, request) -> publish(actor, form, request));
    }

    private static Route<?, ?> page(String path, String summary, Permission permission) {
        return new Route<>(
                Method.GET,
                path,
                summary,
                permission,
                Input.free(String.class, ""),
                Output.bytes(SimplePages.HTML),
                Set.of(ErrorKind.MISSING));
    }

    /** Rights are checked for the name in the form in which it is kept. */
    private static final class Address implements Routes.Reader<Context> {

        @Override
        public Context read(Actor actor, Context request) {
            return request;
        }

        @Override
        public List<String> named(Context request, String field) {
            return List.of(PackageKey.normal(request.pathParam(field)));
        }
    }

    private void projects(Actor actor, Context request) {
        Set<String> names = new LinkedHashSet<>();
        index.all(actor.scope(ResourceKind.PACKAGE)).stream()
                .filter(file -> file.key().kind() == PackageKind.PYTHON)
                .forEach(file -> names.add(file.key().name()));
        write(request, SimplePages.projectsAsJson(names), SimplePages.projectsAsHtml(names));
    }

    private void files(Context request) {
        String said = request.pathParam("project");
        String name = PackageKey.normal(said);
        if (!name.equals(said)) {
            request.status(301).header("Location", "/simple/" + URLEncoder.encode(name, StandardCharsets.UTF_8) + "/");
            return;
        }
        List<PackageFile> files = index.files(PackageKind.PYTHON, name);
        write(request, SimplePages.filesAsJson(name, files), SimplePages.filesAsHtml(name, files));
    }

    private static void write(Context request, String json, String html) {
        request.header("Vary", "Accept");
        Accepted form = Accepted.of(Optional.ofNullable(request.header("Accept")));
        request.contentType(form.media()).result(form == Accepted.JSON ? json : html);
    }

    private void file(Context request) {
        String name = PackageKey.normal(request.pathParam("project"));
        String said = request.pathParam("file");
        boolean isMetadata = said.endsWith(METADATA);
        String fileName = isMetadata ? said.substring(0, said.length() - METADATA.length()) : said;
        PackageFile file = index.files(PackageKind.PYTHON, name).stream()
                .filter(one -> one.file().equals(fileName))
                .findFirst()
                .orElseThrow(() -> Refused.missing(
                        "file of package " + name + " (expected: one that /simple/" + name + "/ lists)"));
        ArtifactStore.Content content = isMetadata ? index.openMetadata(file) : index.open(file);
        request.disableCompression();
        request.contentType(FILE)
                .header("Content-Length", Long.toString(content.size()))
                .header("Cache-Control", "private, max-age=31536000, immutable")
                .result(content.bytes());
    }

    private void publish(Actor actor, UploadForm form, Context request) throws IOException {
        try (InputStream bytes = form.content()) {
            PackageIndex.Pushed pushed = index.push(
                    actor,
                    new PackageIndex.Arriving(
                            new PackageKey(PackageKind.PYTHON, form.name(), form.version()),
                            form.fileName(),
                            form.digest(),
                            bytes));
            request.contentType("text/plain; charset=utf-8")
                    .result(pushed.file().file() + (pushed.isNew() ? " is stored" : " was stored before") + "\n");
        }
    }
}
