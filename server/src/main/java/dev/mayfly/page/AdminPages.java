package dev.mayfly.page;

import dev.mayfly.api.ResourceKind;
import dev.mayfly.api.Right;
import dev.mayfly.api.Target;
import dev.mayfly.audit.Audit;
import dev.mayfly.packages.PackageFile;
import dev.mayfly.packages.PackageIndex;
import dev.mayfly.packages.PackageKind;
import dev.mayfly.problem.Refused;
import java.util.List;
import java.util.Optional;

/** Packages, and who did what. */
public final class AdminPages {

    private static final int MOST = 200;

    private final PackageIndex packages;
    private final Audit audit;

    AdminPages(PackageIndex packages, Audit audit) {
        this.packages = packages;
        this.audit = audit;
    }

    /** The files of all packages that may be seen. */
    public record Packages(List<PackageFile> files) {}

    /** A version of a package, and who uses it. */
    public record Version(PackageFile file, PackageIndex.Use use) {}

    /** One package, the highest version first. */
    public record One(String kind, String name, List<Version> versions) {}

    /** Entries of the audit, newest first. */
    public record Entries(List<Audit.Entry> entries) {}

    void bind(PageRoutes routes) {
        routes.show(
                "/packages",
                "Packages",
                Right.VIEWER.scoped(),
                "packages",
                (actor, view, request) -> new Packages(packages.all(actor.scope(ResourceKind.PACKAGE))));
        routes.show(
                "/packages/{kind}/{package}",
                "A package",
                Right.VIEWER.of(Target.Thing.PACKAGE.in("package")),
                "package",
                (actor, view, request) -> one(request.pathParam("kind"), request.pathParam("package")));
        routes.show(
                "/audit",
                "Who did what",
                Right.ADMIN.everywhere(),
                "audit",
                (actor, view, request) -> new Entries(audit.search(new Audit.Query(
                        Optional.empty(),
                        given(view.asked("who")),
                        given(view.asked("object")),
                        view.asked("before").matches("[0-9]{1,18}")
                                ? Optional.of(Long.parseLong(view.asked("before")))
                                : Optional.empty(),
                        MOST))));
    }

    private One one(String word, String name) {
        PackageKind kind = PackageKind.of(word)
                .orElseThrow(() ->
                        Refused.missing("package kind '" + word + "' (expected: one of " + PackageKind.words() + ")"));
        List<Version> versions = packages.files(kind, name).stream()
                .map(file -> new Version(file, packages.use(file.key())))
                .toList();
        if (versions.isEmpty()) {
            throw Refused.missing("package " + word + " '" + name + "' (expected: one that was pushed)");
        }
        return new One(word, name, versions);
    }

    private static Optional<String> given(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }
}
