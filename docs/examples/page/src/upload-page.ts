import { upload } from "@stowage/client";

const element = <Kind extends HTMLElement>(id: string): Kind => document.getElementById(id) as Kind;
const [input, pause] = [element<HTMLInputElement>("file"), element<HTMLButtonElement>("pause")];
const [bar, state] = [element<HTMLProgressElement>("bar"), element("state")];

input.onchange = async () => {
  const [file] = input.files ?? [];
  if (file === undefined) return;
  const task = upload(file, {
    to: "/uploads",
    onProgress: ({ sent, size }) => {
      bar.value = size === 0 ? 1 : sent / size;
      state.textContent = `${Math.floor(bar.value * 100)} %`;
    },
  });
  pause.disabled = false;
  pause.onclick = () => {
    if (task.state === "paused") task.resume();
    else task.pause();
    pause.textContent = task.state === "paused" ? "Go on" : "Pause";
  };
  try {
    const { path, isVerified } = await task.done;
    state.textContent = `${path} is there${isVerified ? ", its checksum compared" : ""}.`;
  } catch (error) {
    state.textContent = `Not uploaded: ${(error as Error).message}`;
  }
  pause.disabled = true;
};
