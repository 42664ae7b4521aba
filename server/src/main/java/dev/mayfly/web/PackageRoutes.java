package dev.mayfly.web;

import dev.mayfly.access.Actor;
import dev.mayfly.api.PackageApi;
import dev.mayfly.api.ResourceKind;
import dev.mayfly.artifact.ArtifactStore;
import dev.mayfly.digest.Sha256;
import dev.mayfly.packages.PackageFile;
import dev.mayfly.packages.PackageIndex;
import dev.mayfly.packages.PackageKey;
import dev.mayfly.packages.PackageKind;
import dev.mayfly.packages.PackageReference;
import dev.mayfly.problem.Refused;
import dev.mayfly.problem.TextLimit;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** {@code /api/v1/packages}. */
final class PackageRoutes {

    private final PackageIndex index;

    PackageRoutes(PackageIndex index) {
        this.index = index;
    }

    void bind(JsonRoutes routes) {
        routes.bind(PackageApi.LIST, this::list);
        routes.bind(PackageApi.SHOW, (actor, request) -> show(kind(request.kind()), request.name()));
        routes.bindFile(PackageApi.PUSH, this::push);
        routes.bindDownload(PackageApi.FILE, this::download);
        routes.bind(PackageApi.YANK, (actor, request) -> {
            PackageKey key = key(request.kind(), request.name(), request.version());
            index.yank(
                    actor,
                    key,
                    Optional.of(Optional.ofNullable(request.reason()).orElse("")));
            return version(index.files(key));
        });
        routes.bind(PackageApi.UNYANK, (actor, request) -> {
            PackageKey key = key(request.kind(), request.name(), request.version());
            index.yank(actor, key, Optional.empty());
            return version(index.files(key));
        });
        routes.bind(PackageApi.PURGE, (actor, request) -> {
            PackageKey key = key(request.kind(), request.name(), request.version());
            int files = index.files(key).size();
            index.purge(actor, key);
            return new PackageApi.PurgedPackage(key.kind().word(), key.name(), key.version(), files);
        });
    }

    private static PackageKind kind(String word) {
        return PackageKind.of(word)
                .orElseThrow(() -> Refused.invalid(
                        "kind '" + TextLimit.shown(word) + "' (expected: one of " + PackageKind.words() + ")"));
    }

    private static PackageKey key(String kind, String name, String version) {
        return new PackageKey(kind(kind), name, version);
    }

    private List<PackageApi.PackageSummary> list(Actor actor, PackageApi.Which which) {
        Optional<PackageKind> wanted = Optional.ofNullable(which.kind()).map(PackageRoutes::kind);
        Map<PackageReference, List<PackageFile>> packages = new LinkedHashMap<>();
        for (PackageFile file : index.all(actor.scope(ResourceKind.PACKAGE))) {
            PackageKey key = file.key();
            if (wanted.isEmpty() || wanted.get() == key.kind()) {
                packages.computeIfAbsent(
                                new PackageReference(key.kind(), key.name(), Optional.empty()),
                                any -> new ArrayList<>())
                        .add(file);
            }
        }
        return packages.entrySet().stream()
                .map(entry -> summary(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static PackageApi.PackageSummary summary(PackageReference reference, List<PackageFile> files) {
        return new PackageApi.PackageSummary(
                reference.kind().word(),
                reference.name(),
                PackageIndex.latest(files).orElse(null),
                (int) files.stream().map(PackageFile::key).distinct().count(),
                files.stream().mapToLong(PackageFile::bytes).sum(),
                files.stream()
                        .map(file -> file.stored().at())
                        .max(Instant::compareTo)
                        .orElseThrow());
    }

    private List<PackageApi.PackageVersion> show(PackageKind kind, String name) {
        Map<PackageKey, List<PackageFile>> versions = new LinkedHashMap<>();
        index.files(kind, name)
                .forEach(file -> versions.computeIfAbsent(file.key(), any -> new ArrayList<>())
                        .add(file));
        return versions.values().stream().map(this::version).toList();
    }

    private PackageApi.PackageVersion version(List<PackageFile> files) {
        PackageFile first = files.get(0);
        PackageKey key = first.key();
        PackageIndex.Use use = index.use(key);
        return new PackageApi.PackageVersion(
                key.kind().word(),
                key.name(),
                key.version(),
                files.stream().map(PackageRoutes::answer).toList(),
                first.yanked().orElse(null),
                use.pipelines(),
                use.runs());
    }

    private static PackageApi.PackageFile answer(PackageFile file) {
        return new PackageApi.PackageFile(
                file.file(),
                file.digest().hex(),
                file.bytes(),
                file.stored().at(),
                file.stored().by(),
                file.python().flatMap(PackageFile.Python::requires).orElse(null));
    }

    private PackageApi.PushedPackage push(Actor actor, PackageApi.Push request, InputStream bytes) {
        PackageKey key = key(request.kind(), request.name(), request.version());
        PackageIndex.Pushed pushed = index.push(
                actor,
                new PackageIndex.Arriving(
                        key,
                        request.file(),
                        Optional.ofNullable(request.sha256()).map(PackageRoutes::digest),
                        bytes));
        return new PackageApi.PushedPackage(
                key.kind().word(), key.name(), key.version(), answer(pushed.file()), !pushed.isNew());
    }

    static Sha256 digest(String text) {
        try {
            return new Sha256(text.toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw Refused.invalid("sha256: '" + TextLimit.shown(text) + "' (expected: 64 hexadecimal digits)");
        }
    }

    private JsonRoutes.Download download(PackageApi.ByFile request) {
        PackageFile file = index.files(key(request.kind(), request.name(), request.version())).stream()
                .filter(one -> one.file().equals(request.file()))
                .findFirst()
                .orElseThrow(() -> Refused.missing("file '" + TextLimit.shown(request.file())
                        + "' (expected: one that 'mayfly package show' lists)"));
        ArtifactStore.Content content = index.open(file);
        return new JsonRoutes.Download(content.bytes(), content.size());
    }
}
