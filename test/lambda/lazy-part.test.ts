import { expect, it } from "vitest";
import { lazyPart } from "../../lambda/lazy-part.ts";
import { UserError } from "../../shared/user-error.ts";

it("loads a part with the first call, and once", async () => {
  let loads = 0;
  const part = lazyPart(async () => {
    loads += 1;
    return { loads };
  });
  expect(loads).toBe(0);
  const [one, other] = await Promise.all([part(), part()]);
  expect(one).toBe(other);
  expect(await part()).toBe(one);
  expect(loads).toBe(1);
});

it("loads it again after a failure, which says what to do", async () => {
  let loads = 0;
  const part = lazyPart(async () => {
    loads += 1;
    if (loads === 1) throw new Error("EMFILE: too many open files");
    return "part";
  });
  await expect(Promise.allSettled([part(), part()])).resolves.toMatchObject([
    { status: "rejected" },
    { status: "rejected" },
  ]);
  expect(loads).toBe(1);
  expect(await part()).toBe("part");
  await expect(lazyPart(() => Promise.reject(new Error("no such file")))()).rejects.toThrow(
    new UserError(
      "A file of the function could not be loaded (no such file). Deploy all files of dist/lambda of one release, in one folder.",
    ),
  );
});
